/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest's timers.
 *
 * The virtual timer is the CPU's own: the guest programs it without a trap, and
 * when it fires EL2 takes the physical PPI 27 and gives the guest the virtual
 * one, mapped to it (vgic_map_irq()).  The physical PPI stays active, and so
 * quiet, until the guest deactivates the virtual one.
 *
 * The physical timer is emulated: its registers trap (CNTHCTL_EL2.EL1PCEN is
 * 0), and a software timer raises the line of PPI 30.
 *
 * Counter and CompareValue are unsigned, DDI 0487 D12.1.2: a deadline near 2^64
 * never comes.  CNTVOFF_EL2 is 0 (cpu.c says why), so nothing is added to a
 * CompareValue that could wrap.
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

/* op2 of their encodings; CNTP_CVAL_EL0 has 2. */
#define CNTP_TVAL 0
#define CNTP_CTL 1

/* Does the timer raise its line once its deadline has passed? */
static bool fires(uint64_t ctl)
{
	return (ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK)) == CNT_CTL_ENABLE;
}

/* vgic_irq_ops: the level of the virtual timer's line, on any thread. */
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

/* timers.virt: the deadline of a vCPU that is blocked has come. */
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
 * Set the line of PPI 30 to what it is at the time `now`, and arm the software
 * timer if time alone will raise it.  timers.lock is held.
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
 * timers.phys expired, on the CPU that armed it.  The vCPU may run on another
 * CPU by now, and may have turned its timer off between the expiry and here; so
 * the line is computed from the registers, under the lock, not just raised.
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

/* Is the interrupt of an earlier expiry still pending or active? */
static bool vtimer_in_flight(const struct vcpu *vcpu)
{
	struct vgic_irq_info info;

	vgic_get_irq_info(vm.gic, vcpu->index, vm_ppi(PPI_CNTV), &info);
	/* On a GICv5, Active is not tied to a physical interrupt. */
	return info.pending || (info.active && options.gic != VGIC_GICV5);
}

void vtimer_load(struct vcpu *vcpu)
{
	timer_cancel(&vcpu->timers.virt);
	/*
	 * The physical PPI has to be active exactly as long as the guest has
	 * not deactivated the virtual one: inactive, the level of CNTV would
	 * interrupt EL2 again and again; active without a virtual one, nobody
	 * would ever deactivate it.  Another vCPU may have left either.
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
	/* No interrupt for this vCPU while another one runs here. */
	write_sysreg(cntv_ctl_el0, 0);
	isb();
}

void vtimer_arm(struct vcpu *vcpu)
{
	/*
	 * If the interrupt is there already, and the guest does not take it
	 * (it may be masked by priority), it is no reason to wake.
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
		/* CompareValue - counter, 32 bits, DDI 0487 D12.1.2. */
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
 * A guest that sees the condition met (ISTATUS, or a negative TVAL) may rely on
 * the interrupt being pending.  The software timer that raises the line may be
 * late; so the line is raised here first, judged by the same reading of the
 * counter as the value that is returned.
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
