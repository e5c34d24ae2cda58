/* SPDX-License-Identifier: BSD-2-Clause */
/* Making both worlds, and a vCPU's way in and out of guest code. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/diff5/world.h"

/* More rounds than this without rest are a livelock. */
#define MANY_ROUNDS 1000
#define BIT(n) (UINT64_C(1) << (n))

/* 3, 64 and 66 are edges; 4, 28, 63 and 65 the guest does not get. */
const uint64_t world_implemented[2] = {
	BIT(3) | BIT(4) | BIT(23) | BIT(27) | BIT(28) | BIT(30) | BIT(63),
	BIT(0) | BIT(1) | BIT(2) | BIT(63),
};
const uint64_t world_level[2] = { ~BIT(3), ~(BIT(0) | BIT(2)) };
const uint64_t world_exposed[2] = {
	BIT(3) | BIT(23) | BIT(27) | BIT(30),
	BIT(0) | BIT(2) | BIT(63),
};

uint16_t world_iaffid(uint32_t v)
{
	return (uint16_t)(v * 0x101 + 2);
}

void world_fail(struct world *w, const char *format, ...)
{
	va_list args;

	if (w->failed) {
		return;
	}
	w->failed = true;
	va_start(args, format);
	vsnprintf(w->failure, sizeof(w->failure), format, args);
	va_end(args);
}

static void on_kick(void *ctx, uint32_t vcpu)
{
	struct world *w = ctx;

	w->kicked[vcpu] = true;
}

static void on_bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	world_fail(ctx, "invariant: %s (vcpu %d, intid %x)", what, (int)vcpu,
		   intid);
}

static uint8_t *ram_at(uint8_t *ram, uint64_t ipa, size_t len)
{
	const uint64_t offset = ipa - WORLD_RAM;

	if (offset >= WORLD_RAM_SIZE || len > WORLD_RAM_SIZE - offset) {
		return NULL;
	}
	return ram + offset;
}

static int copy(void *to, const void *from, size_t len)
{
	if (!to || !from) {
		return 1;
	}
	memcpy(to, from, len);
	return 0;
}

static int vgic_reads(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	return copy(buf, ram_at(((struct world *)ctx)->ram[0], ipa, len), len);
}

static int vgic_writes(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	return copy(ram_at(((struct world *)ctx)->ram[0], ipa, len), buf, len);
}

static int oracle_reads(void *ctx, uint64_t ipa, void *buf, size_t len)
{
	return copy(buf, ram_at(((struct world *)ctx)->ram[1], ipa, len), len);
}

static int oracle_writes(void *ctx, uint64_t ipa, const void *buf, size_t len)
{
	return copy(ram_at(((struct world *)ctx)->ram[1], ipa, len), buf, len);
}

static const struct vgic_host_ops host_ops = {
	.kick = on_kick,
	.read_guest = vgic_reads,
	.write_guest = vgic_writes,
	.phys_set_active = device_set_active,
	.bug = on_bug,
};

/* A device claims each PPI that the guest is to get. */
static bool claim(struct world *w)
{
	uint32_t v, ppi;

	for (ppi = 0; ppi < ORACLE5_NR_PPIS; ppi++) {
		if (!(world_exposed[ppi / 64] >> ppi % 64 & 1) ||
		    ppi == GICV5_PPI_SW_PPI) {
			continue;
		}
		for (v = 0; v < w->config.nr_vcpus; v++) {
			if (vgic_set_owner(w->gic, v, GICV5_PPI(ppi), w)) {
				return false;
			}
		}
	}
	return true;
}

static void init_models(struct world *w)
{
	struct model_v5_config model = {
		.ppi_implemented = { world_implemented[0],
				     world_implemented[1] },
		.ppi_level = { world_level[0], world_level[1] },
		.pri_bits = 5,
		.id_bits = 16,
	};
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		model.iaffid = world_iaffid(v);
		vgic_soft_v5_reset(&w->model[v], &model);
	}
}

static bool create_gic(struct world *w)
{
	const struct vgic_config config = {
		.model = VGIC_GICV5,
		.nr_vcpus = w->config.nr_vcpus,
		.nr_spis = WORLD_SPIS,
		.nr_side_entries = 128,
		.host = &host_ops,
		.host_ctx = w,
		.v5 = {
			.cpuif = w->config.backend->ops,
			.ppi_implemented = { world_implemented[0],
					     world_implemented[1] },
			.ppi_level = { world_level[0], world_level[1] },
			.nr_lpis = 1u << w->config.lpi_id_bits,
			.lpi_id_bits = w->config.lpi_id_bits,
			.nr_irs = w->config.nr_irs,
		},
	};

	w->memory_size = vgic_memory_size(&config);
	w->memory = aligned_alloc(64, w->memory_size ? w->memory_size : 64);
	return w->memory &&
	       !vgic_create(&config, w->memory, w->memory_size, &w->gic);
}

bool world_create(struct world *w)
{
	uint32_t v, n;

	init_models(w);
	if (!create_gic(w)) {
		return false;
	}
	for (n = 0; n < w->config.nr_irs; n++) {
		if (vgic_set_irs_base(w->gic, n,
				      WORLD_IRS + n * WORLD_IRS_STRIDE)) {
			return false;
		}
	}
	for (v = 0; v < w->config.nr_vcpus; v++) {
		if (vgic_vcpu_create(w->gic, v, world_iaffid(v), &w->model[v],
				     &w->vcpu[v])) {
			return false;
		}
	}
	return claim(w);
}

static void init_oracle(struct world *w)
{
	struct oracle5_config config = {
		.nr_pes = w->config.nr_vcpus,
		.nr_irs = w->config.nr_irs,
		.nr_spis = WORLD_SPIS,
		.ppi_implemented = { world_exposed[0], world_exposed[1] },
		.ppi_level = { world_level[0], world_level[1] },
		.min_lpi_id_bits = 10,
		.lpi_id_bits = w->config.lpi_id_bits,
		.id_bits = 16,
		.read = oracle_reads,
		.write = oracle_writes,
		.ctx = w,
	};
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		config.iaffid[v] = world_iaffid(v);
	}
	oracle5_init(&w->oracle, &config);
}

bool world_init(struct world *w, const struct world_config *config)
{
	memset(w, 0, sizeof(*w));
	w->config = *config;
	init_oracle(w);
	if (!world_create(w)) {
		world_fail(w, "the vGIC could not be created");
		return false;
	}
	if (config->mapped) {
		device_init(w);
	}
	return !w->failed;
}

void world_fini(struct world *w)
{
	free(w->memory);
	w->memory = NULL;
}

void world_exit(struct world *w, uint32_t v)
{
	if (w->in_guest[v]) {
		vgic_exit(w->vcpu[v]);
		w->in_guest[v] = false;
	}
}

void world_put(struct world *w, uint32_t v, bool wfi)
{
	world_exit(w, v);
	if (!w->resident[v]) {
		return;
	}
	if (wfi) {
		vgic_put_wfi(w->vcpu[v]);
	} else {
		vgic_put(w->vcpu[v]);
	}
	w->resident[v] = false;
}

static void garble(struct model_v5_cpuif *m, uint32_t enc, uint64_t value)
{
	(void)vgic_model_v5_ich_write(m, enc, value);
}

/* On software's interface there is nobody else. */
void world_migrate(struct world *w, uint32_t v)
{
	struct model_v5_cpuif *m = &w->model[v];
	unsigned int n;

	world_put(w, v, false);
	if (!w->config.backend->hard) {
		return;
	}
	for (n = 0; n < 2; n++) {
		garble(m, ICH_PPI_ENABLER0_EL2 + n, UINT64_MAX);
		garble(m, ICH_PPI_PENDR0_EL2 + n, 0x5555555555555555);
		garble(m, ICH_PPI_ACTIVER0_EL2 + n, 0x3333333333333333);
	}
	for (n = 0; n < 16; n++) {
		garble(m, ICH_PPI_PRIORITYR_EL2(n), n);
	}
	garble(m, ICH_APR_EL2, 0x12345678);
	garble(m, ICH_VMCR_EL2, 0x18000001);
	garble(m, ICC_ICSR_EL1, 0x35);
}

static void enter_once(struct world *w, uint32_t v)
{
	if (!w->resident[v]) {
		vgic_load(w->vcpu[v]);
		w->resident[v] = true;
	}
	w->kicked[v] = false;
	vgic_enter(w->vcpu[v]);
	w->in_guest[v] = true;
}

void world_enter(struct world *w, uint32_t v)
{
	if (!w->in_guest[v]) {
		enter_once(w, v);
	}
	world_settle(w);
}

/* Let one vCPU see what it was kicked for. */
static bool attend(struct world *w, uint32_t v)
{
	if (!w->kicked[v]) {
		return false;
	}
	if (w->in_guest[v]) {
		w->stats.forced_exits++;
		world_exit(w, v);
		enter_once(w, v);
		return true;
	}
	/* Out, and perhaps asleep: it looks whether to wake up. */
	w->kicked[v] = false;
	(void)vgic_pending(w->vcpu[v]);
	return true;
}

void world_settle(struct world *w)
{
	unsigned int rounds = 0;
	bool busy;
	uint32_t v;

	do {
		busy = device_take(w);
		for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
			busy |= attend(w, v);
		}
		if (++rounds > MANY_ROUNDS) {
			world_fail(w, "kicks without end");
		}
	} while (busy && !w->failed);
}

void world_signal(struct world *w, uint32_t v)
{
	const bool ours = w->config.backend->hard ?
				  vgic_soft_v5_irq_asserted(&w->model[v]) :
				  vgic_irq_asserted(w->vcpu[v]);

	w->stats.compared++;
	if (ours && !oracle5_can_signal(&w->oracle, v)) {
		world_differ(w, "vcpu %u: IRQ is asserted for nothing", v);
	} else if (!ours && oracle5_must_signal(&w->oracle, v)) {
		world_differ(w, "vcpu %u: IRQ is not asserted", v);
	}
}

void world_reset_cpu(struct world *w, uint32_t v)
{
	/* An edge that the vCPU has not seen yet would outlive it. */
	world_enter(w, v);
	world_put(w, v, false);
	vgic_vcpu_reset(w->vcpu[v], true);
	oracle5_reset_pe(&w->oracle, v);
	w->nr_acked[v] = 0;
	world_settle(w);
}

void world_reset(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		world_put(w, v, false);
		w->nr_acked[v] = 0;
	}
	vgic_reset(w->gic);
	oracle5_reset(&w->oracle);
	device_reset(w);
	world_settle(w);
}

static void compare_irq(struct world *w, uint32_t index)
{
	const uint32_t intid = oracle5_intid(&w->oracle, index);
	const struct oracle5_irq *irq = oracle5_irq(&w->oracle, intid);
	struct vgic_irq_info i;
	const bool exists = !vgic_get_irq_info(w->gic, 0, intid, &i);

	if (exists != (irq != NULL)) {
		world_fail(w, "%x: vgic says it %s", intid,
			   exists ? "exists" : "does not exist");
	} else if (irq &&
		   ((i.pending != irq->pending &&
		     !(irq->active && device_is_passed(w, intid))) ||
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
	oracle5_read(&w->oracle, v, enc, &theirs);
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

void world_compare(struct world *w)
{
	uint32_t v, n;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		world_put(w, v, false);
	}
	world_settle(w);
	if (vgic_check_invariants(w->gic)) {
		world_fail(w, "invariants do not hold");
	}
	if (w->config.hostile) {
		return;
	}
	for (n = 0; n < oracle5_nr_irqs(&w->oracle) && !w->failed; n++) {
		compare_irq(w, n);
	}
	for (v = 0; v < w->config.nr_vcpus && !w->failed; v++) {
		compare_vcpu(w, v);
	}
	device_check(w);
	if (memcmp(w->ram[0], w->ram[1], sizeof(w->ram[0]))) {
		world_fail(w, "guest memory differs");
	}
}
