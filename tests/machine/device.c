/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices, the host's own GIC, and what the library knows of an interrupt. */
#include "tests/machine/machine.h"

#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "regs/ich.h"

uint32_t spi_intid(const struct machine *m, uint32_t n)
{
	return vgic_arch_model(m->vgic.arch) == VGIC_GICV5 ? GICV5_SPI(n) :
							     GIC_SPI_BASE + n;
}

uint32_t ppi_intid(const struct machine *m, uint32_t n)
{
	return vgic_arch_model(m->vgic.arch) == VGIC_GICV5 ? GICV5_PPI(n) : n;
}

uint32_t lpi_intid(const struct machine *m, uint32_t n)
{
	return vgic_arch_model(m->vgic.arch) == VGIC_GICV5 ? GICV5_LPI(n) :
							     GIC_LPI_BASE + n;
}

/*
 * One that is not mapped has the number.  The host of a GICv5 guest may have a
 * PPI of the same name on each CPU: then the CPU at hand is meant.
 */
static struct machine_phys *phys_of(struct machine *m, uint32_t pintid)
{
	struct machine_phys *found = NULL;

	for (uint32_t n = 0; n < m->nr_phys; n++) {
		struct machine_phys *phys = &m->phys[n];

		if (phys->pintid && phys->pintid == pintid &&
		    (!found || phys->vcpu == m->thread)) {
			found = phys;
		}
	}
	if (!found) {
		MACHINE_MUST(m, pintid < MACHINE_PHYS);
		found = &m->phys[pintid];
	}
	return found;
}

void machine_set_active(void *ctx, uint32_t pintid, bool active)
{
	struct machine *m = ctx;
	struct machine_phys *phys = phys_of(m, pintid);

	if (m->fails && m->fails(m, MACHINE_PHYS_CALL)) {
		return;
	}
	m->bad_ends += !active && !phys->active;
	phys->active = active;
	phys->by_software += !active;
	phys->activated += active;
	phys->thread = m->thread;
}

void machine_set_pending(void *ctx, uint32_t pintid, bool pending)
{
	struct machine *m = ctx;
	struct machine_phys *phys = phys_of(m, pintid);

	if (m->fails && m->fails(m, MACHINE_PHYS_CALL)) {
		return;
	}
	phys->pending = pending;
	phys->unpended += !pending;
}

/* A list register with HW set was deactivated. */
void machine_deactivate(void *ctx, uint32_t pintid)
{
	struct machine *m = ctx;
	struct machine_phys *phys = phys_of(m, pintid);

	m->bad_ends += !phys->active;
	phys->active = false;
	phys->by_hardware++;
}

/* A GICv5's PPIs are the machine's, other interrupts nobody's. */
static bool is_owned(const struct machine *m, uint32_t intid)
{
	return vgic_arch_model(m->vgic.arch) == VGIC_GICV5 &&
	       FIELD_GET(GICV5_INTID_TYPE, intid) == GICV5_INTID_TYPE_PPI;
}

static int inject(struct machine *m, uint32_t v, uint32_t intid, bool level)
{
	return vgic_inject_irq(m->gic, v, intid, level,
			       is_owned(m, intid) ? m : NULL);
}

/* The CPU that a vCPU is on was interrupted. */
static int inject_here(struct machine *m, uint32_t v, uint32_t intid)
{
	if (!m->config.entered || !m->in_guest[v] || m->late[v]) {
		return inject(m, v, intid, true);
	}
	m->thread = v;
	return vgic_inject_irq_entered(m->vcpu[v], intid, true,
				       is_owned(m, intid) ? m : NULL);
}

/* Physical interrupts fire while their line is high and they are inactive. */
bool machine_fire(struct machine *m)
{
	bool fired = false;

	for (uint32_t n = 0; n < m->nr_phys; n++) {
		struct machine_phys *phys = &m->phys[n];

		if (phys->mapped && (phys->line || phys->pending) &&
		    !phys->active && !phys->direct) {
			phys->active = true;
			phys->pending = false;
			fired = true;
			/* It may have got another owner meanwhile. */
			(void)inject_here(m, phys->vcpu, phys->intid);
		}
	}
	return fired;
}

/* A pulse: the line does not stay up. */
void edge(struct machine *m, uint32_t intid)
{
	line(m, intid, true);
	line(m, intid, false);
}

void line(struct machine *m, uint32_t intid, bool level)
{
	line_of(m, 0, intid, level);
}

void line_of(struct machine *m, uint32_t v, uint32_t intid, bool level)
{
	MACHINE_MUST(m, !inject(m, v, intid, level));
	machine_serve_all(m);
}

static bool sample(void *opaque, uint32_t vcpu, uint32_t intid)
{
	struct machine *m = opaque;

	m->samples++;
	for (uint32_t n = 0; n < m->nr_phys; n++) {
		const struct machine_phys *phys = &m->phys[n];

		if (phys->intid == intid && phys->vcpu == vcpu) {
			return phys->line;
		}
	}
	return m->phys[intid % MACHINE_PHYS].line;
}

const struct vgic_irq_ops machine_ops = { .get_input_level = sample };

void map_to(struct machine *m, uint32_t n, uint32_t v, uint32_t intid,
	    uint32_t pintid, const struct vgic_irq_ops *ops)
{
	struct machine_phys *phys = &m->phys[n];

	MACHINE_MUST(m, !vgic_set_irq_ops(m->gic, v, intid, ops, m));
	MACHINE_MUST(m, !vgic_map_irq(m->gic, v, intid, pintid));
	if (n >= m->nr_phys) {
		m->nr_phys = n + 1;
	}
	phys->mapped = true;
	phys->vcpu = v;
	phys->intid = intid;
	phys->pintid = pintid;
	phys->direct = vgic_irq_word(m->gic, vgic_irq_index(m->gic, v, intid)) &
		       W_DVI;
}

void map(struct machine *m, uint32_t v, uint32_t intid)
{
	map_to(m, intid, v, intid, backend_pintid(m->backend, intid, intid),
	       &machine_ops);
}

void phys_line(struct machine *m, uint32_t n, bool level)
{
	m->phys[n].line = level;
	machine_serve_all(m);
}

void phys_edge(struct machine *m, uint32_t n)
{
	m->phys[n].pending = true;
	machine_serve_all(m);
}

void change_banked(struct machine *m, uint32_t v, uint32_t bank, uint32_t intid,
		   enum vgic_change what, uint32_t arg)
{
	const uint32_t index = vgic_irq_index(m->gic, bank, intid);
	const bool was_in = m->in_guest[v];

	MACHINE_MUST(m, index != VGIC_NIL);
	stop(m, v);
	m->thread = v;
	vgic_irq_change(m->gic, m->vcpu[v], index, what, arg);
	if (was_in) {
		run(m, v);
	}
	machine_serve_all(m);
}

void change(struct machine *m, uint32_t v, uint32_t intid,
	    enum vgic_change what, uint32_t arg)
{
	change_banked(m, v, v, intid, what, arg);
}

void dist_groups(struct machine *m, uint32_t v, uint32_t enables)
{
	const bool was_in = m->in_guest[v];

	stop(m, v);
	m->thread = v;
	vgic_store_seq(&m->gic->gicd_ctlr, enables);
	vgic_notify_all(m->gic, m->vcpu[v], ATTN_GATES);
	if (was_in) {
		run(m, v);
	}
	machine_serve_all(m);
}

void setup(struct machine *m, uint32_t v, uint32_t intid, uint32_t prio,
	   bool level)
{
	change(m, v, intid, VGIC_SET_PRIORITY, prio);
	change(m, v, intid, VGIC_SET_LEVEL, level);
	if (intid >= GIC_SPI_BASE) {
		change(m, v, intid, VGIC_SET_TARGET, v);
	}
	change(m, v, intid, VGIC_SET_ENABLE, 0);
}

struct vgic_irq_info info_of(struct machine *m, uint32_t v, uint32_t intid)
{
	struct vgic_irq_info info;

	MACHINE_MUST(m, !vgic_get_irq_info(m->gic, v, intid, &info));
	return info;
}

bool is_pending(struct machine *m, uint32_t intid)
{
	return info_of(m, 0, intid).pending;
}

bool is_active(struct machine *m, uint32_t intid)
{
	return info_of(m, 0, intid).active;
}

uint64_t lr_of(struct machine *m, uint32_t v, uint32_t intid)
{
	const struct model_vcpuif *model = &m->cpu[v].model;

	for (uint32_t n = 0; n < model->config.nr_lrs; n++) {
		if ((model->lr[n] & ICH_LR_EL2_State) &&
		    FIELD_GET(ICH_LR_EL2_vINTID, model->lr[n]) == intid) {
			return model->lr[n];
		}
	}
	return 0;
}

struct vgic_stats stats_of(struct machine *m, uint32_t v)
{
	struct vgic_stats stats;

	vgic_get_stats(m->vcpu[v], &stats);
	return stats;
}

uint64_t mistakes(struct machine *m)
{
	uint64_t sum = 0;

	for (uint32_t v = 0; v < m->nr_vcpus; v++) {
		sum += stats_of(m, v).guest_errors;
	}
	return sum;
}
