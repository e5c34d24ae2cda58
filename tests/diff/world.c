/* SPDX-License-Identifier: BSD-2-Clause */
/* Making both worlds, and a vCPU's way in and out of guest code. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "model/ich.h"
#include "tests/diff/world.h"

/* More rounds than this without rest are a livelock. */
#define MANY_ROUNDS 1000

void world_fail(struct world *w, const char *format, ...)
{
	va_list args;

	if (w->failed) {
		return;
	}
	w->failed = true;
	w->kind = format;
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
	world_fail(ctx, "invariant: %s (vcpu %d, intid %d)", what, (int)vcpu,
		   (int)intid);
}

static const struct vgic_host_ops host_ops = {
	.kick = on_kick,
	.phys_set_active = device_set_active,
	.phys_set_pending = device_set_pending,
	.bug = on_bug,
};

uint32_t world_affinity(const struct world_config *config, uint32_t v)
{
	switch (config->topology) {
	case 0:
		return v;
	case 1: /* clusters of two, every level of affinity in use */
		return (v >> 2) << 24 | (v >> 1) << 16 | (v >> 1) << 8 |
		       (v & 1);
	default: /* Aff0 beyond 15: SGIs need the range selector */
		return v * 17;
	}
}

static bool make_interfaces(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		if (!backend_init(w->config.backend, &w->cpu[v], &w->interface,
				  &w->vgic.caps)) {
			return false;
		}
	}
	w->vgic.cpuif = w->config.backend->ops;
	w->vgic.caps.hw_deactivation = w->config.hw_deactivation;
	return true;
}

bool world_create(struct world *w)
{
	const struct vgic_config *config = &w->vgic;
	const uint32_t low = (w->config.nr_vcpus + 1u) / 2;
	size_t size;
	uint32_t v;

	if (!make_interfaces(w)) {
		return false;
	}
	size = vgic_memory_size(config);
	w->memory_size = size;
	w->memory = aligned_alloc(64, size ? size : 64);
	if (!w->memory || vgic_create(config, w->memory, size, &w->gic) ||
	    vgic_set_dist_base(w->gic, WORLD_GICD)) {
		return false;
	}
	if (w->config.backend->gicv2 ?
		    vgic_set_cpu_base(w->gic, WORLD_GICC) :
		    vgic_add_redist_region(w->gic, WORLD_GICR, low) ||
			    vgic_add_redist_region(w->gic, WORLD_GICR_HIGH,
						   WORLD_MAX_VCPUS)) {
		return false;
	}
	for (v = 0; v < w->config.nr_vcpus; v++) {
		if (vgic_vcpu_create(w->gic, v, w->mpidr[v],
				     backend_hw(w->config.backend, &w->cpu[v]),
				     &w->vcpu[v])) {
			return false;
		}
	}
	return true;
}

/*
 * Reset values; where the architecture leaves them open, those of our vGIC.
 * Wires and mappings stay as they are.
 */
static void reset_irq(struct world *w, struct oracle_irq *irq, uint32_t intid)
{
	irq->latch = irq->active = false;
	irq->senders = 0;
	irq->enabled = intid < GIC_NR_SGIS;
	irq->group1 = !w->config.backend->gicv2;
	irq->edge = intid < GIC_NR_SGIS || intid >= GIC_SPI_BASE;
	irq->priority = 0;
	irq->route = 0;
}

static void reset_private(struct world *w, uint32_t v)
{
	uint32_t intid;

	for (intid = 0; intid < GIC_SPI_BASE; intid++) {
		reset_irq(w, oracle_irq(&w->oracle, v, intid), intid);
	}
}

static void reset_all(struct world *w)
{
	uint32_t v, intid;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		oracle_reset_cpu(&w->oracle, v);
		reset_private(w, v);
		w->depth[v] = 0;
	}
	for (intid = GIC_SPI_BASE; intid < WORLD_END; intid++) {
		reset_irq(w, oracle_irq(&w->oracle, 0, intid), intid);
	}
	w->oracle.enable_grp[0] = w->oracle.enable_grp[1] = false;
	w->nr_dropped = 0;
}

void world_reset_cpu(struct world *w, uint32_t v, bool redistributor)
{
	world_put(w, v);
	vgic_vcpu_reset(w->vcpu[v], redistributor);
	oracle_reset_cpu(&w->oracle, v);
	if (redistributor) {
		reset_private(w, v);
	}
	guest_forget(w, v, redistributor);
	world_enter(w, v);
}

void world_reset(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		world_put(w, v);
	}
	vgic_reset(w->gic);
	reset_all(w);
	world_settle(w);
}

bool world_init(struct world *w, const struct world_config *config)
{
	const struct vgic_config vgic = {
		.model = config->backend->gicv2 ? VGIC_GICV2 : VGIC_GICV3,
		.nr_vcpus = config->nr_vcpus,
		.nr_spis = WORLD_SPIS,
		.nr_redist_regions = 2,
		.nr_side_entries = WORLD_PHYS,
		.host = &host_ops,
		.host_ctx = w,
	};
	const bool seven = config->pre_bits == 7;
	const struct model_vcpuif_config model = {
		.nr_lrs = config->nr_lrs,
		.pri_bits = (uint8_t)(config->pre_bits + seven),
		.pre_bits = config->pre_bits,
		.id_bits = 16,
		.a3v = true,
		.tdir = !config->no_tdir,
		.strict_eoi = config->strict_eoi,
		.count_idle_eoi = config->count_all_eoi,
		.count_split_eoi = config->count_all_eoi,
		.deactivate = device_deactivate,
		.ctx = w,
	};
	uint32_t v;

	*w = (struct world){
		.config = *config,
		.vgic = vgic,
		.interface = model,
	};
	for (v = 0; v < config->nr_vcpus; v++) {
		w->mpidr[v] = world_affinity(config, v);
	}
	oracle_init(&w->oracle, config->nr_vcpus, WORLD_SPIS, w->mpidr);
	w->oracle.gicv2 = config->backend->gicv2;
	oracle_set_bits(&w->oracle, model.pri_bits, model.pre_bits);
	if (!world_create(w)) {
		world_fail(w, "the vGIC could not be created");
		return false;
	}
	reset_all(w);
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

void world_load(struct world *w, uint32_t v)
{
	if (!w->resident[v]) {
		vgic_load(w->vcpu[v]);
		w->resident[v] = true;
	}
}

void world_exit(struct world *w, uint32_t v)
{
	if (w->in_guest[v]) {
		vgic_exit(w->vcpu[v]);
		w->in_guest[v] = false;
	}
}

void world_put(struct world *w, uint32_t v)
{
	world_exit(w, v);
	if (w->resident[v]) {
		vgic_put(w->vcpu[v]);
		w->resident[v] = false;
	}
}

void world_migrate(struct world *w, uint32_t v)
{
	world_put(w, v);
	backend_soil(w->config.backend, &w->cpu[v]);
	world_load(w, v);
}

/*
 * A condition that holds as soon as the guest is entered would hold for ever:
 * the guest never gets to run.
 */
static void enter_once(struct world *w, uint32_t v)
{
	world_load(w, v);
	w->kicked[v] = false;
	w->late[v] = 0;
	vgic_enter(w->vcpu[v]);
	w->in_guest[v] = true;
	if (world_maintenance(w, v) && !w->kicked[v]) {
		const struct model_vcpuif *m = world_model(w, v);

		world_fail(w,
			   "vcpu %u: maintenance interrupt at once, MISR %x"
			   " HCR %08x VMCR %08x",
			   v, vgic_model_vcpuif_misr(m), m->hcr, m->vmcr);
	}
}

static bool called_out(const struct world *w, uint32_t v)
{
	return w->kicked[v] || (world_maintenance(w, v) && w->late[v] == 0);
}

void world_step(struct world *w, uint32_t v)
{
	if (w->late[v] > 0) {
		w->late[v]--;
	}
	world_settle(w);
}

void world_enter(struct world *w, uint32_t v)
{
	if (!w->in_guest[v]) {
		enter_once(w, v);
	}
	world_settle(w);
}

void world_arrive(struct world *w, uint32_t v)
{
	world_enter(w, v);
	w->excused = false;
	for (v = 0; v < w->config.nr_vcpus; v++) {
		w->excused |= w->in_guest[v] && world_maintenance(w, v);
	}
}

/* Let one vCPU see what it was kicked or interrupted for. */
static bool attend(struct world *w, uint32_t v)
{
	if (w->in_guest[v] && called_out(w, v)) {
		w->stats.forced_exits++;
		world_exit(w, v);
		enter_once(w, v);
		return true;
	}
	/* Out, and perhaps asleep: it looks whether to wake up. */
	if (!w->in_guest[v] && w->kicked[v]) {
		w->kicked[v] = false;
		(void)vgic_pending(w->vcpu[v]);
		return true;
	}
	return false;
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
			world_fail(w, "kicks and maintenance without end");
		}
	} while (busy && !w->failed);
}

void world_check(struct world *w)
{
	uint32_t v;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		if (w->in_guest[v]) {
			return;
		}
	}
	if (vgic_check_invariants(w->gic)) {
		world_fail(w, "invariants do not hold");
	}
}

static void compare_irq(struct world *w, uint32_t v, uint32_t intid)
{
	const struct oracle_irq *irq = oracle_irq(&w->oracle, v, intid);
	struct vgic_irq_info info;
	bool same;

	vgic_get_irq_info(w->gic, v, intid, &info);
	same = info.active == irq->active && info.enabled == irq->enabled &&
	       info.group1 == irq->group1 && info.level == !irq->edge &&
	       info.priority == irq->priority;
	if (!device_mapped_level(w, v, intid)) {
		same &= info.pending == oracle_pending(irq);
	}
	if (!same) {
		world_fail(w,
			   "vcpu %u intid %u: vgic p%d a%d e%d g%d l%d %02x"
			   " %s, oracle p%d a%d e%d g%d l%d %02x",
			   v, intid, info.pending, info.active, info.enabled,
			   info.group1, info.level, info.priority, info.place,
			   oracle_pending(irq), irq->active, irq->enabled,
			   irq->group1, !irq->edge, irq->priority);
	}
}

void world_compare(struct world *w)
{
	uint32_t v, intid;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		world_exit(w, v);
	}
	world_settle(w);
	world_check(w);
	if (w->config.hostile) {
		return;
	}
	for (v = 0; v < w->config.nr_vcpus; v++) {
		for (intid = 0; intid < WORLD_END && !w->failed; intid++) {
			compare_irq(w, v, intid);
		}
	}
	if (!w->failed) {
		device_check(w);
	}
}
