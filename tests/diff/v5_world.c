/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv5's two worlds. */
#include <inttypes.h>
#include <string.h>

#include "tests/diff/op.h"

#define BIT(n) (UINT64_C(1) << (n))

/* 3, 64 and 66 are edges; 4, 28, 63 and 65 the guest does not get. */
static const uint64_t implemented[2] = {
	BIT(3) | BIT(4) | BIT(23) | BIT(27) | BIT(28) | BIT(30) | BIT(63),
	BIT(0) | BIT(1) | BIT(2) | BIT(63),
};
const uint64_t v5_level[2] = { ~BIT(3), ~(BIT(0) | BIT(2)) };
static const uint64_t exposed[2] = {
	BIT(3) | BIT(23) | BIT(27) | BIT(30),
	BIT(0) | BIT(2) | BIT(63),
};

uint16_t v5_iaffid(uint32_t v)
{
	return (uint16_t)(v * 0x101 + 2);
}

static int oracle_reads(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	return world_copy(ctx, 1, ipa, buf, NULL, len);
}

static int oracle_writes(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	return world_copy(ctx, 1, ipa, NULL, buf, len);
}

static void init_oracle(struct world *w)
{
	struct oracle5_config config = {
		.nr_pes = w->config.nr_vcpus,
		.nr_irs = w->config.nr_irs,
		.nr_spis = WORLD_SPIS,
		.ppi_implemented = { exposed[0], exposed[1] },
		.ppi_level = { v5_level[0], v5_level[1] },
		.min_lpi_id_bits = 10,
		.lpi_id_bits = w->config.lpi_id_bits,
		.id_bits = 16,
		.read = oracle_reads,
		.write = oracle_writes,
		.ctx = w,
	};
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		config.iaffid[v] = v5_iaffid(v);
		w->affinity[v] = v5_iaffid(v);
	}
	oracle5_init(&w->v5.oracle, &config);
}

static void init(struct world *w)
{
	uint32_t v;

	w->vgic.arch = &vgic_gicv5;
	w->vgic.nr_side_entries = 128;
	w->vgic.v5 = (struct vgic_v5_config){
		.ppi_implemented = { implemented[0], implemented[1] },
		.ppi_level = { v5_level[0], v5_level[1] },
		.nr_lpis = 1u << w->config.lpi_id_bits,
		.lpi_id_bits = w->config.lpi_id_bits,
		.nr_irs = w->config.nr_irs,
	};
	init_oracle(w);
	if (!w->config.mapped) {
		return;
	}
	for (v = 0; v < w->config.nr_vcpus; v++) {
		device_add(w, v, GICV5_PPI(V5_TIMER), true);
	}
	device_add(w, 0, GICV5_SPI(V5_PASSED), false);
}

static bool init_cpu(struct world *w, uint32_t v)
{
	const struct model_v5_config model = {
		.ppi_implemented = { implemented[0], implemented[1] },
		.ppi_level = { v5_level[0], v5_level[1] },
		.pri_bits = 5,
		.id_bits = 16,
		.iaffid = v5_iaffid(v),
	};

	w->vgic.v5.cpuif = w->config.backend->ops5;
	return backend_init(w->config.backend, &w->cpu[v], NULL, &model, NULL);
}

static bool place(struct world *w)
{
	uint32_t n;

	for (n = 0; n < w->config.nr_irs; n++) {
		if (vgic_set_irs_base(w->gic, n, v5_ipa(w, (int)n))) {
			return false;
		}
	}
	return true;
}

/* A device claims each PPI that the guest is to get. */
static void claim(struct world *w)
{
	uint32_t v, ppi;

	for (ppi = 0; ppi < ORACLE5_NR_PPIS; ppi++) {
		if (!(exposed[ppi / 64] >> ppi % 64 & 1) ||
		    ppi == GICV5_PPI_SW_PPI) {
			continue;
		}
		for (v = 0; v < w->config.nr_vcpus; v++) {
			if (vgic_set_owner(w->gic, v, GICV5_PPI(ppi), w)) {
				world_fail(w, "PPI %u is not to be had", ppi);
			}
		}
	}
}

static void connect(struct world *w)
{
	uint32_t i;

	claim(w);
	for (i = 0; i < w->nr_phys; i++) {
		if (w->phys[i].vintid == GICV5_PPI(V5_TIMER)) {
			vgic_model_v5_set_physical(&w->cpu[w->phys[i].vcpu].pe,
						   V5_TIMER, w->phys[i].line);
		}
	}
}

static void reset(struct world *w)
{
	memset(w->v5.nr_acked, 0, sizeof(w->v5.nr_acked));
	oracle5_reset(&w->v5.oracle);
	v5_configure(w);
}

static void reset_cpu(struct world *w, uint32_t v, bool interrupts)
{
	(void)interrupts;
	oracle5_reset_pe(&w->v5.oracle, v);
	w->v5.nr_acked[v] = 0;
}

static void leave(struct world *w, uint32_t v)
{
	world_put(w, v, false);
}

static bool signalled(const struct world *w, uint32_t v, bool *asserted)
{
	*asserted = backend_irq(w->config.backend, &w->cpu[v], w->vcpu[v]);
	return true;
}

static bool may_signal(struct world *w, uint32_t v, bool asserted)
{
	return asserted ? oracle5_can_signal(&w->v5.oracle, v) :
			  !oracle5_must_signal(&w->v5.oracle, v);
}

static void compare_irq(struct world *w, uint32_t index)
{
	const uint32_t intid = oracle5_intid(&w->v5.oracle, index);
	const struct oracle5_irq *irq = oracle5_irq(&w->v5.oracle, intid);
	struct vgic_irq_info i;
	const bool exists = !vgic_get_irq_info(w->gic, 0, intid, &i);

	if (exists != (irq != NULL)) {
		world_fail(w, "%x: vgic says it %s", intid,
			   exists ? "exists" : "does not exist");
	} else if (irq &&
		   ((i.pending != irq->pending &&
		     !(irq->active && v5_is_passed(w, intid))) ||
		    i.active != irq->active || i.enabled != irq->enabled ||
		    i.level != irq->hm_level ||
		    i.priority >> 3 != irq->priority)) {
		world_fail(w,
			   "%x: vgic p%d a%d e%d hm%d %02x %s, oracle p%d"
			   " a%d e%d hm%d %02x",
			   intid, i.pending, i.active, i.enabled, i.level,
			   i.priority >> 3, i.place, irq->pending, irq->active,
			   irq->enabled, irq->hm_level, irq->priority);
	}
}

static void compare_register(struct world *w, uint32_t v, uint32_t enc)
{
	uint64_t ours = 0, theirs = 0;

	if (w->failed) {
		return;
	}
	oracle5_read(&w->v5.oracle, v, enc, &theirs);
	if (vgic_v5_get_sysreg(w->vcpu[v], enc, &ours) || ours != theirs) {
		world_fail(w,
			   "vcpu %u: saved register %x is %#" PRIx64
			   ", oracle's %#" PRIx64,
			   v, enc, ours, theirs);
	}
}

/* What a VMM would save.  VMCR and APR are known once it left its CPU. */
static void compare_vcpu(struct world *w, uint32_t v)
{
	static const uint32_t regs[] = {
		ICC_PPI_ENABLER0_EL1,  ICC_PPI_ENABLER1_EL1,
		ICC_PPI_SACTIVER0_EL1, ICC_PPI_SACTIVER1_EL1,
		ICC_APR_EL1,	       ICC_CR0_EL1,
		ICC_PCR_EL1,	       ICC_ICSR_EL1,
	};
	uint32_t n;

	for (n = 0; n < sizeof(regs) / sizeof(regs[0]); n++) {
		compare_register(w, v, regs[n]);
	}
	for (n = 0; n < 16; n++) {
		compare_register(w, v, ICC_PPI_PRIORITYR_EL1(n));
	}
}

static void compare(struct world *w)
{
	uint32_t v, n;

	for (n = 0; n < oracle5_nr_irqs(&w->v5.oracle) && !w->failed; n++) {
		compare_irq(w, n);
	}
	for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
		compare_vcpu(w, v);
	}
	if (memcmp(w->v5.ram[0], w->v5.ram[1], sizeof(w->v5.ram[0]))) {
		world_fail(w, "guest memory differs");
	}
}

static void judge_write(struct world *w, uint32_t v, uint32_t enc,
			uint64_t value)
{
	oracle5_write(&w->v5.oracle, v, enc, value);
}

static uint64_t judge_read(struct world *w, uint32_t v, uint32_t enc,
			   uint64_t *value)
{
	oracle5_read(&w->v5.oracle, v, enc, value);
	return UINT64_MAX;
}

static void print_config(FILE *out, const struct world_config *c)
{
	fprintf(out, "irss %u, lpi_id_bits %u\n", c->nr_irs, c->lpi_id_bits);
}

const struct arch arch_v5 = {
	.kinds = v5_kinds,
	.nr_kinds = V5_NR_KINDS,
	.world_size = offsetof(struct world, v5) + sizeof(struct v5_world),
	.draw_config = v5_draw_config,
	.draw_profile = v5_draw_profile,
	.set_up = v5_set_up,
	.set_up_cpu = v5_set_up_cpu,
	.print_config = print_config,
	.small = &v5_small,
	.init = init,
	.init_cpu = init_cpu,
	.place = place,
	.connect = connect,
	.reset = reset,
	.reset_cpu = reset_cpu,
	.leave = leave,
	.compare = compare,
	.signalled = signalled,
	.may_signal = may_signal,
	.take = v5_take,
	.line = v5_line,
	.execute = v5_execute,
	.access = guest_raw,
	.oracle_write = judge_write,
	.oracle_read = judge_read,
	.mmio = v5_mmio,
	.mmio_write = v5_mmio_write,
	.mmio_read = v5_mmio_read,
	.ipa = v5_ipa,
	.open = v5_open,
	.serve = v5_serve,
	.check_left = v5_check_left,
};
