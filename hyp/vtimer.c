/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual timer is the hardware's own, its PPI mapped (HW bit).  The
 * physical timer is emulated: CNTHCTL_EL2.EL1PCEN is 0, a software timer
 * raises PPI 30.
 *
 * Deadlines are compared as DDI 0487 D12.1.2 has it: counter and CompareValue
 * are unsigned, so a value near 2^64 is never.  CNTVOFF_EL2 is 0, and nothing
 * is added to a CompareValue anywhere (cpu.c says why).
 */
#include "hyp/vtimer.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/el2.h"
#include "hyp/irq.h"
#include "hyp/lock.h"
#include "hyp/options.h"
#include "hyp/platform.h"
#include "hyp/timer.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"

#define CNTP_TVAL 0
#define CNTP_CTL 1

static bool fires(uint64_t ctl)
{
	return (ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK)) == CNT_CTL_ENABLE;
}

static bool vtimer_level(void *opaque, uint32_t index, uint32_t intid)
{
	struct vcpu *vcpu = opaque;

	(void)index;
	(void)intid;
	if (this_cpu()->vcpu == vcpu) {
		uint64_t ctl = read_sysreg(cntv_ctl_el0);

		return fires(ctl) && ctl & CNT_CTL_ISTATUS;
	}
	return fires(vcpu->timers.cntv_ctl) &&
	       counter() >= vcpu->timers.cntv_cval;
}

static const struct vgic_irq_ops vtimer_ops = {
	.get_input_level = vtimer_level,
};

static void vtimer_expired(struct timer *timer)
{
	struct vcpu *vcpu = timer->arg;

	vgic_inject_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTV), true, vcpu);
}

static bool ptimer_level(const struct vcpu *vcpu, uint64_t now)
{
	return fires(vcpu->timers.cntp_ctl) && now >= vcpu->timers.cntp_cval;
}

/*
 * The line of PPI 30 as it is at `now`, and a timer for when that changes by
 * itself.  Under the vCPU's ptimer_lock.
 */
static void ptimer_update(struct vcpu *vcpu, uint64_t now)
{
	bool level = ptimer_level(vcpu, now);

	vgic_inject_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTP), level, vcpu);
	if (fires(vcpu->timers.cntp_ctl) && !level) {
		timer_arm(&vcpu->timers.phys, vcpu->timers.cntp_cval);
	} else {
		timer_cancel(&vcpu->timers.phys);
	}
}

/*
 * On whatever CPU armed it; the vCPU may be on another by now, and may have
 * turned its timer off while this CPU was on its way here.  So the line is
 * computed again, and the lock keeps the two in order.
 */
static void ptimer_expired(struct timer *timer)
{
	struct vcpu *vcpu = timer->arg;

	spin_lock(&vcpu->timers.lock);
	ptimer_update(vcpu, counter());
	spin_unlock(&vcpu->timers.lock);
}

int vtimer_init(struct vcpu *vcpu)
{
	int error;

	vcpu->timers.virt.fn = vtimer_expired;
	vcpu->timers.virt.arg = vcpu;
	vcpu->timers.phys.fn = ptimer_expired;
	vcpu->timers.phys.arg = vcpu;
	error = vgic_set_owner(vm.gic, vcpu->index, vm_ppi(PPI_CNTP), vcpu);
	if (!error) {
		error = vgic_set_owner(vm.gic, vcpu->index, vm_ppi(PPI_CNTV),
				       vcpu);
	}
	if (!error) {
		error = vgic_map_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTV),
				     PPI_CNTV);
	}
	if (error) {
		return error;
	}
	return vgic_set_irq_ops(vm.gic, vcpu->index, vm_ppi(PPI_CNTV),
				&vtimer_ops, vcpu);
}

/* Has the timer fired, and the guest not deactivated its interrupt? */
static bool vtimer_in_flight(const struct vcpu *vcpu)
{
	struct vgic_irq_info info;

	vgic_get_irq_info(vm.gic, vcpu->index, vm_ppi(PPI_CNTV), &info);
	/* GICv5: Active is the guest's own, and holds nothing physical. */
	return info.pending || (info.active && options.gic != VGIC_GICV5);
}

void vtimer_load(struct vcpu *vcpu)
{
	timer_cancel(&vcpu->timers.virt);
	/*
	 * The physical PPI must be active exactly while the guest has yet to
	 * deactivate the virtual one, whoever ran here before.
	 */
	irq_set_active(PPI_CNTV, vtimer_in_flight(vcpu));
	write_sysreg(cntv_cval_el0, vcpu->timers.cntv_cval);
	isb();
	write_sysreg(cntv_ctl_el0, vcpu->timers.cntv_ctl);
}

void vtimer_put(struct vcpu *vcpu)
{
	vcpu->timers.cntv_ctl = read_sysreg(cntv_ctl_el0);
	vcpu->timers.cntv_cval = read_sysreg(cntv_cval_el0);
	write_sysreg(cntv_ctl_el0, 0);
	isb();
}

void vtimer_arm(struct vcpu *vcpu)
{
	/*
	 * An interrupt that is there already, and is not taken (masked by
	 * priority, say), is no reason to wake.
	 */
	if (fires(vcpu->timers.cntv_ctl) && !vtimer_in_flight(vcpu)) {
		timer_arm(&vcpu->timers.virt, vcpu->timers.cntv_cval);
	}
}

static uint64_t read_ptimer(const struct vcpu *vcpu, unsigned int op2,
			    uint64_t now)
{
	switch (op2) {
	case CNTP_TVAL:
		/* A signed 32-bit view, DDI 0487 D12.1.2. */
		return (uint32_t)(vcpu->timers.cntp_cval - now);
	case CNTP_CTL:
		return vcpu->timers.cntp_ctl |
		       (vcpu->timers.cntp_ctl & CNT_CTL_ENABLE &&
					now >= vcpu->timers.cntp_cval ?
				CNT_CTL_ISTATUS :
				0);
	default:
		return vcpu->timers.cntp_cval;
	}
}

/*
 * A guest that sees the condition met (ISTATUS, or a TVAL below 0) may look
 * for the interrupt next.  The timer that raises its line may be late, so the
 * line follows here, by the same reading of the counter.
 */
uint64_t ptimer_read(struct vcpu *vcpu, unsigned int op2)
{
	uint64_t now = counter();

	spin_lock(&vcpu->timers.lock);
	if (ptimer_level(vcpu, now)) {
		ptimer_update(vcpu, now);
	}
	spin_unlock(&vcpu->timers.lock);
	return read_ptimer(vcpu, op2, now);
}

void ptimer_write(struct vcpu *vcpu, unsigned int op2, uint64_t value)
{
	struct vcpu_timers *timers = &vcpu->timers;
	uint64_t now = counter();

	spin_lock(&timers->lock);
	switch (op2) {
	case CNTP_TVAL:
		timers->cntp_cval = now + (uint64_t)(int64_t)(int32_t)value;
		break;
	case CNTP_CTL:
		timers->cntp_ctl = value & (CNT_CTL_ENABLE | CNT_CTL_IMASK);
		break;
	default:
		timers->cntp_cval = value;
		break;
	}
	ptimer_update(vcpu, now);
	spin_unlock(&timers->lock);
}

void ptimer_reset(struct vcpu *vcpu)
{
	vcpu->timers.cntp_cval = 0;
	ptimer_write(vcpu, CNTP_CTL, 0);
}
