/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtual timer is the hardware's own, its PPI mapped (HW bit).  The
 * physical timer is emulated: CNTHCTL_EL2.EL1PCEN is 0, a software timer
 * raises PPI 30.
 */
#include "hyp/vtimer.h"

#include "hyp/cpu.h"
#include "hyp/irq.h"
#include "hyp/vm.h"

#define CTL_ENABLE 1
#define CTL_IMASK 2
#define CTL_ISTATUS 4

#define CNTP_TVAL 0
#define CNTP_CTL 1

static bool fires(uint64_t ctl)
{
	return (ctl & (CTL_ENABLE | CTL_IMASK)) == CTL_ENABLE;
}

static bool vtimer_level(void *opaque, uint32_t index, uint32_t intid)
{
	struct vcpu *vcpu = opaque;

	(void)index;
	(void)intid;
	if (this_cpu()->vcpu == vcpu) {
		uint64_t ctl = read_sysreg(cntv_ctl_el0);

		return fires(ctl) && ctl & CTL_ISTATUS;
	}
	return fires(vcpu->sys.cntv_ctl) &&
	       counter() - vm.cntvoff >= vcpu->sys.cntv_cval;
}

static const struct vgic_irq_ops vtimer_ops = {
	.get_input_level = vtimer_level,
};

static void vtimer_expired(struct timer *timer)
{
	struct vcpu *vcpu = timer->arg;

	vgic_inject_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTV), true, vcpu);
}

static bool ptimer_level(const struct vcpu *vcpu)
{
	return fires(vcpu->cntp_ctl) && counter() >= vcpu->cntp_cval;
}

static void ptimer_update(struct vcpu *vcpu)
{
	bool level = ptimer_level(vcpu);

	vgic_inject_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTP), level, vcpu);
	if (fires(vcpu->cntp_ctl) && !level) {
		timer_arm(&vcpu->ptimer, vcpu->cntp_cval);
	} else {
		timer_cancel(&vcpu->ptimer);
	}
}

/* On whatever CPU armed it; the vCPU may be on another by now. */
static void ptimer_expired(struct timer *timer)
{
	struct vcpu *vcpu = timer->arg;

	vgic_inject_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTP), true, vcpu);
}

int vtimer_init(struct vcpu *vcpu)
{
	int error;

	vcpu->vtimer.fn = vtimer_expired;
	vcpu->vtimer.arg = vcpu;
	vcpu->ptimer.fn = ptimer_expired;
	vcpu->ptimer.arg = vcpu;
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
	timer_cancel(&vcpu->vtimer);
	/*
	 * The physical PPI must be active exactly while the guest has yet to
	 * deactivate the virtual one, whoever ran here before.
	 */
	irq_set_active(PPI_CNTV, vtimer_in_flight(vcpu));
	write_sysreg(cntv_cval_el0, vcpu->sys.cntv_cval);
	isb();
	write_sysreg(cntv_ctl_el0, vcpu->sys.cntv_ctl);
}

void vtimer_put(struct vcpu *vcpu)
{
	vcpu->sys.cntv_ctl = read_sysreg(cntv_ctl_el0);
	vcpu->sys.cntv_cval = read_sysreg(cntv_cval_el0);
	write_sysreg(cntv_ctl_el0, 0);
	isb();
}

void vtimer_arm(struct vcpu *vcpu)
{
	uint64_t deadline = vcpu->sys.cntv_cval + vm.cntvoff;

	/*
	 * An interrupt that is there already, and is not taken (masked by
	 * priority, say), is no reason to wake.
	 */
	if (fires(vcpu->sys.cntv_ctl) && !vtimer_in_flight(vcpu)) {
		/* Past the end of time is never. */
		timer_arm(&vcpu->vtimer,
			  deadline < vm.cntvoff ? UINT64_MAX : deadline);
	}
}

uint64_t ptimer_read(struct vcpu *vcpu, unsigned int op2)
{
	switch (op2) {
	case CNTP_TVAL:
		/* A signed 32-bit view, DDI 0487 D12.1.2. */
		return (uint32_t)(vcpu->cntp_cval - counter());
	case CNTP_CTL:
		return vcpu->cntp_ctl |
		       (vcpu->cntp_ctl & CTL_ENABLE &&
					counter() >= vcpu->cntp_cval ?
				CTL_ISTATUS :
				0);
	default:
		return vcpu->cntp_cval;
	}
}

void ptimer_write(struct vcpu *vcpu, unsigned int op2, uint64_t value)
{
	switch (op2) {
	case CNTP_TVAL:
		vcpu->cntp_cval = counter() +
				  (uint64_t)(int64_t)(int32_t)value;
		break;
	case CNTP_CTL:
		vcpu->cntp_ctl = value & (CTL_ENABLE | CTL_IMASK);
		break;
	default:
		vcpu->cntp_cval = value;
		break;
	}
	ptimer_update(vcpu);
}

void ptimer_reset(struct vcpu *vcpu)
{
	timer_cancel(&vcpu->ptimer);
	vcpu->cntp_ctl = 0;
	vcpu->cntp_cval = 0;
	vgic_inject_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTP), false, vcpu);
}
