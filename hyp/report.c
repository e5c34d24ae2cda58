/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is printed of a guest that did not end in time: where each vCPU is, and
 * which interrupts are pending or active and where libvgic has them.
 */
#include "hyp/report.h"

#include "hyp/console.h"
#include "hyp/guest_map.h"
#include "hyp/options.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/gicv3.h"

/*
 * Every state has a name, also one that does not last: a CPU that did not
 * answer IPI_STOP may be in the middle of any change.
 */
static const char *const state_names[NR_VCPU_STATES] = {
	[VCPU_OFF] = "off",	      [VCPU_VISITED] = "off",
	[VCPU_STARTING] = "starting", [VCPU_RUNNABLE] = "ready to run",
	[VCPU_RUNNING] = "running",   [VCPU_BLOCKED] = "waiting in WFI",
};

/* An interrupt, if it is pending or active; `vcpu` says whose a PPI is. */
static void report_irq(struct vm *v, uint32_t vcpu, uint32_t intid)
{
	struct vgic_irq_info info;

	if (vgic_get_irq_info(v->gic, vcpu, intid, &info) != VGIC_OK ||
	    (!info.pending && !info.active)) {
		return;
	}
	/* GICv5 numbers carry their type in the topmost digit. */
	console_msg(options.gic == VGIC_GICV5 ?
			    "  INTID %x:%s%s%s, priority %x, for vCPU %d, "
			    "in: %s" :
			    "  INTID %u:%s%s%s, priority %x, for vCPU %d, "
			    "in: %s",
		    intid, info.pending ? " pending" : "",
		    info.active ? " active" : "",
		    info.enabled ? "" : " disabled", info.priority,
		    (int)info.target, info.place);
}

static void report_vcpu(struct vm *v, const struct vcpu *vcpu)
{
	/* Read once: another CPU may still change it. */
	enum vcpu_state state = atomic_load(&vcpu->sched.state);
	uint32_t intid;

	if (state == VCPU_OFF || state == VCPU_VISITED) {
		console_msg("vCPU %u: %s", vcpu->index, state_names[state]);
		return;
	}
	console_msg("vCPU %u: %s, PC %016lx PSTATE %lx, last ESR_EL2 %lx",
		    vcpu->index, state_names[state], (unsigned long)vcpu->pc,
		    (unsigned long)vcpu->pstate, (unsigned long)vcpu->esr);
	for (intid = 0; intid < GIC_NR_PRIVATE; intid++) {
		report_irq(v, vcpu->index, vm_ppi(intid));
	}
}

void report_timeout(struct vm *v)
{
	uint32_t i;

	console_msg("the guest did not end in %u s", options.timeout_s);
	for (i = 0; i < v->nr_vcpus; i++) {
		report_vcpu(v, &v->vcpus[i]);
	}
	for (i = 0; i < GUEST_NR_SPIS; i++) {
		report_irq(v, 0, vm_spi(i));
	}
	for (i = 0; i < v->gic_config.its.nr_lpis; i++) {
		report_irq(v, 0, GIC_LPI_BASE + i);
	}
}
