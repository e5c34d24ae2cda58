/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv3's or GICv2's two worlds. */
#include "tests/diff/op.h"

uint32_t v3_affinity(const struct world_config *config, uint32_t v)
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

static void init(struct world *w)
{
	const struct world_config *c = &w->config;
	uint32_t v;

	w->vgic.arch = v3_is_v2(c) ? &vgic_gicv2 : &vgic_gicv3;
	w->vgic.nr_redist_regions = 2;
	w->vgic.nr_side_entries = WORLD_PHYS;
	w->v3.interface = (struct model_vcpuif_config){
		.pri_bits = (uint8_t)(c->pre_bits + (c->pre_bits == 7)),
		.pre_bits = c->pre_bits,
		.id_bits = 16,
		.a3v = true,
		.tdir = !c->no_tdir,
		.strict_eoi = c->strict_eoi,
		.count_idle_eoi = c->count_all_eoi,
		.count_split_eoi = c->count_all_eoi,
		.deactivate = v3_deactivate,
		.ctx = w,
	};
	for (v = 0; v < c->nr_vcpus; v++) {
		w->affinity[v] = v3_affinity(c, v);
	}
	oracle_init(&w->v3.oracle, c->nr_vcpus, WORLD_SPIS, w->affinity);
	w->v3.oracle.gicv2 = v3_is_v2(c);
	oracle_set_bits(&w->v3.oracle, w->v3.interface.pri_bits, c->pre_bits);
	if (!c->mapped) {
		return;
	}
	for (v = 0; v < c->nr_vcpus; v++) {
		device_add(w, v, V3_MAPPED_PPI, c->sampled);
	}
	device_add(w, 0, V3_MAPPED_LEVEL, c->sampled);
	device_add(w, 0, V3_MAPPED_EDGE, c->sampled);
}

static bool init_cpu(struct world *w, uint32_t v)
{
	bool done;

	w->v3.interface.nr_lrs = w->config.nr_lrs;
	done = backend_init(w->config.backend, &w->cpu[v], &w->v3.interface,
			    NULL, &w->vgic.caps);
	w->vgic.cpuif = w->config.backend->ops;
	w->vgic.caps.hw_deactivation = w->config.hw_deactivation;
	return done;
}

static bool place(struct world *w)
{
	const uint32_t low = (w->config.nr_vcpus + 1u) / 2;

	if (vgic_set_dist_base(w->gic, V3_GICD)) {
		return false;
	}
	if (w->v3.oracle.gicv2) {
		return !vgic_set_cpu_base(w->gic, V3_GICC);
	}
	return !vgic_add_redist_region(w->gic, V3_GICR, low) &&
	       !vgic_add_redist_region(w->gic, V3_GICR_HIGH, WORLD_MAX_VCPUS);
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
	irq->group1 = !w->v3.oracle.gicv2;
	irq->edge = intid < GIC_NR_SGIS || intid >= GIC_SPI_BASE;
	irq->priority = 0;
	irq->route = 0;
}

static void reset_private(struct world *w, uint32_t v)
{
	uint32_t intid;

	for (intid = 0; intid < GIC_SPI_BASE; intid++) {
		reset_irq(w, oracle_irq(&w->v3.oracle, v, intid), intid);
	}
}

static void reset(struct world *w)
{
	uint32_t v, intid;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		oracle_reset_cpu(&w->v3.oracle, v);
		reset_private(w, v);
		w->v3.depth[v] = 0;
	}
	for (intid = GIC_SPI_BASE; intid < V3_END; intid++) {
		reset_irq(w, oracle_irq(&w->v3.oracle, 0, intid), intid);
	}
	w->v3.oracle.enable_grp[0] = w->v3.oracle.enable_grp[1] = false;
	w->v3.nr_dropped = 0;
}

static void reset_cpu(struct world *w, uint32_t v, bool interrupts)
{
	oracle_reset_cpu(&w->v3.oracle, v);
	if (interrupts) {
		reset_private(w, v);
	}
	v3_forget(w, v, interrupts);
}

static enum model_access execute(struct world *w, uint32_t v, uint32_t enc,
				 bool write, uint64_t *value)
{
	return backend_access(w->config.backend, &w->cpu[v], enc, write, value);
}

/* Only where our own software drives the signals. */
static bool signalled(const struct world *w, uint32_t v, bool *asserted)
{
	*asserted = vgic_irq_asserted(w->vcpu[v]) ||
		    vgic_fiq_asserted(w->vcpu[v]);
	return w->config.backend->soft;
}

static bool may_signal(struct world *w, uint32_t v, bool asserted)
{
	return oracle_signal_legal(&w->v3.oracle, v, asserted);
}

static void compare_irq(struct world *w, uint32_t v, uint32_t intid)
{
	const struct oracle_irq *irq = oracle_irq(&w->v3.oracle, v, intid);
	struct vgic_irq_info info;
	bool same;

	vgic_get_irq_info(w->gic, v, intid, &info);
	same = info.active == irq->active && info.enabled == irq->enabled &&
	       info.group1 == irq->group1 && info.level == !irq->edge &&
	       info.priority == irq->priority;
	if (!v3_mapped_level(w, v, intid)) {
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

static void compare(struct world *w)
{
	uint32_t v, intid;

	for (v = 0; v < w->config.nr_vcpus; v++) {
		for (intid = 0; intid < V3_END && !w->failed; intid++) {
			compare_irq(w, v, intid);
		}
	}
}

static void print_config(FILE *out, const struct world_config *c)
{
	fprintf(out,
		"lrs %u, pre_bits %u,\ntopology %u, hw_deactivation %d,"
		" no_tdir %d, sampled %d, strict_eoi %d, count_all_eoi %d\n",
		c->nr_lrs, c->pre_bits, c->topology, c->hw_deactivation,
		c->no_tdir, c->sampled, c->strict_eoi, c->count_all_eoi);
}

const struct arch arch_v3 = {
	.kinds = v3_kinds,
	.nr_kinds = V3_NR_KINDS,
	.world_size = offsetof(struct world, v3) + sizeof(struct v3_world),
	.draw_config = v3_draw_config,
	.draw_profile = v3_draw_profile,
	.set_up = v3_set_up,
	.set_up_cpu = v3_set_up_cpu,
	.detour = v3_detour,
	.print_config = print_config,
	.small = &v3_small,
	.init = init,
	.init_cpu = init_cpu,
	.place = place,
	.reset = reset,
	.reset_cpu = reset_cpu,
	.leave = world_exit,
	.compare = compare,
	.signalled = signalled,
	.may_signal = may_signal,
	.take = v3_take,
	.line = v3_line,
	.execute = execute,
	.access = v3_access,
	.oracle_write = v3_oracle_write,
	.oracle_read = v3_oracle_read,
	.mmio = v3_mmio,
	.mmio_write = v3_mmio_write,
	.mmio_read = v3_mmio_read,
	.ipa = v3_ipa,
	.open = v3_open,
	.serve = v3_serve,
	.check_left = v3_check_left,
};
