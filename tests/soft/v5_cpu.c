/* SPDX-License-Identifier: BSD-2-Clause */
/* Making PEs, and the oracle's IRS as the port of a model's PE. */
#include "tests/soft/v5_cpu.h"

static const struct model_vcpuif_config legacy_config = {
	.nr_lrs = 4,
	.pri_bits = 5,
	.pre_bits = 5,
	.id_bits = 16,
};

static struct model_vcpuif legacy;

/* What Linux wants of PPIs, with a few from the upper bank. */
const struct model_v5_config cpu_config = {
	.ppi_implemented = { BIT(3) | BIT(23) | BIT(26) | BIT(27) | BIT(28) |
				     BIT(30) | BIT(63),
			     BIT(0) | BIT(63) },
	.ppi_level = { ~BIT(3), ~BIT(0) },
	.iaffid = 0x123,
	.pri_bits = 5,
	.id_bits = 24,
	.legacy = &legacy,
};

void cpu_reset(struct model_v5_cpuif *m)
{
	assert_true(vgic_soft_vcpuif_init(&legacy, &legacy_config));
	assert_true(vgic_soft_v5_reset(m, &cpu_config));
}

static void let_run(struct model_v5_cpuif *m)
{
	el2_write(m, ICH_VCTLR_EL2, ICH_VCTLR_EL2_EN);
	el2_write(m, ICH_HFGRTR_EL2, UINT64_MAX);
	el2_write(m, ICH_HFGWTR_EL2, UINT64_MAX);
	el2_write(m, ICH_HFGITR_EL2, UINT64_MAX);
	el2_write(m, ICH_CONTEXTR_EL2, ICH_CONTEXTR_EL2_V);
}

void cpu_init(struct model_v5_cpuif *m)
{
	cpu_reset(m);
	let_run(m);
}

static uint32_t port_hppi(void *ctx, uint32_t *intid)
{
	struct machine *m = ctx;
	uint32_t best = MODEL_V5_NO_PRIORITY, n;

	for (n = 0; n < oracle5_nr_irqs(&m->gic); n++) {
		const uint32_t id = oracle5_intid(&m->gic, n);

		if (oracle5_may_forward(&m->gic, m->pe, id) &&
		    oracle5_irq(&m->gic, id)->priority < best) {
			best = oracle5_irq(&m->gic, id)->priority;
			*intid = id;
		}
	}
	return best;
}

static uint32_t port_acknowledge(void *ctx, uint32_t below, uint32_t *intid)
{
	struct machine *m = ctx;
	uint32_t best, priority = port_hppi(ctx, &best);

	if (priority >= below) {
		return MODEL_V5_NO_PRIORITY;
	}
	*intid = best;
	oracle5_irq_ack(&m->gic, best);
	return priority;
}

static void port_command(void *ctx, uint32_t insn, uint64_t operand)
{
	struct machine *m = ctx;

	oracle5_command(&m->gic, insn, operand);
}

static uint64_t port_rcfg(void *ctx, uint32_t intid)
{
	struct machine *m = ctx;

	return oracle5_rcfg(&m->gic, intid);
}

const struct vgic_iri_ops machine_iri = {
	.hppi = port_hppi,
	.acknowledge = port_acknowledge,
	.command = port_command,
	.rcfg = port_rcfg,
};

static int memory_read(void *ctx, uint64_t pa, void *buf, size_t len)
{
	struct machine *m = ctx;

	if (pa >= sizeof(m->memory) || len > sizeof(m->memory) - pa) {
		return 1;
	}
	memcpy(buf, m->memory + pa, len);
	return 0;
}

static int memory_write(void *ctx, uint64_t pa, const void *buf, size_t len)
{
	struct machine *m = ctx;

	if (pa >= sizeof(m->memory) || len > sizeof(m->memory) - pa) {
		return 1;
	}
	memcpy(m->memory + pa, buf, len);
	return 0;
}

static bool resident(void *ctx, uint32_t vm, uint32_t vpe)
{
	struct machine *m = ctx;

	(void)vm;
	(void)vpe;
	return !m->refuse_residency;
}

static void doorbell(void *ctx)
{
	struct machine *m = ctx;

	m->doorbells++;
}

void machine_config(struct machine *m, struct oracle5_config *config)
{
	*config = (struct oracle5_config){
		.nr_pes = 2,
		.nr_irs = 1,
		.nr_spis = ORACLE5_MAX_SPIS,
		.iaffid = { cpu_config.iaffid, 7 },
		.ppi_implemented = { cpu_config.ppi_implemented[0],
				     cpu_config.ppi_implemented[1] },
		.ppi_level = { cpu_config.ppi_level[0],
			       cpu_config.ppi_level[1] },
		.min_lpi_id_bits = 10,
		.lpi_id_bits = 10,
		.id_bits = 24,
		.idr0 = IRS_IDR0_ONE_N |
			(uint32_t)FIELD_PUT(IRS_IDR0_INT_DOM, GICV5_DOMAIN_NS),
		.read = memory_read,
		.write = memory_write,
		.ctx = m,
	};
}

void machine_init(struct machine *m)
{
	struct model_v5_config config = cpu_config;
	struct oracle5_config oracle;

	memset(m, 0, sizeof(*m));
	machine_config(m, &oracle);
	oracle5_init(&m->gic, &oracle);
	config.resident = resident;
	config.doorbell = doorbell;
	config.ctx = m;
	assert_true(vgic_soft_v5_reset(&m->cpu, &config));
	vgic_soft_v5_attach(&m->cpu, &machine_iri, m);
	let_run(&m->cpu);
	oracle5_irs_write(&m->gic, 0, IRS_CR0, 4, IRS_CR0_IRSEN);
	oracle5_irs_write(&m->gic, 0, IRS_IST_CFGR, 4,
			  FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, 10));
	oracle5_irs_write(&m->gic, 0, IRS_IST_BASER, 8,
			  0x1000 | IRS_IST_BASER_VALID);
}
