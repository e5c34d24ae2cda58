/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical interrupts.  EL2 takes every one of them and ends it in two steps
 * (EOImode 1): the priority drop, at once, so that others come; and the
 * deactivation, by EL2 itself, or, for an interrupt whose virtual counterpart
 * the guest has (CNTV, devices passed through), by the guest's own deactivation
 * through the list register's HW bit.  Until then the interrupt stays active,
 * so that its line does not interrupt EL2 again.
 */
#include "hyp/irq.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/exit.h"
#include "hyp/gicv2.h"
#include "hyp/gicv3.h"
#include "hyp/host.h"
#include "hyp/irqchip.h"
#include "hyp/pci.h"
#include "hyp/platform.h"
#include "hyp/run.h"
#include "hyp/sched.h"
#include "hyp/timer.h"
#include "hyp/torture.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "regs/gicv3.h"

/*
 * How long recheck_late() waits.  Longer than the timer tick of common kernels
 * (4 ms and less), at which the GIC looks at its lines in any case.
 */
#define RECHECK_US 5000

#define NR_LEFT_ACTIVE \
	(sizeof(((struct cpu *)0)->irqs.left_active) / sizeof(uint32_t))

/* GICD_ICFGR: two bits for each interrupt, the upper one says edge. */
#define ICFGR_BITS 2
#define ICFGR_EDGE 2u

/* By INTID; null: the SPI is not enabled.  Constant once guests run. */
static bool (*spi_handler[GIC_SPI_END])(uint32_t intid);
static const struct irqchip *chip;

const char *irq_init(void)
{
	chip = host.gicv2 ? &gicv2_irqchip : &gicv3_irqchip;
	return chip->init();
}

void irq_recheck(void)
{
	if (chip->recheck) {
		chip->recheck();
	}
}

static void arm_recheck(void)
{
	timer_arm(&this_cpu()->irqs.recheck,
		  counter() + timer_from_us(RECHECK_US));
}

/*
 * Are interrupts active that this CPU took and the guest has to deactivate?
 * Forgets those that have been deactivated since they were noted.
 */
static bool any_left_active(void)
{
	uint32_t *left = this_cpu()->irqs.left_active;
	bool any = false;

	for (uint32_t i = 0; i < NR_LEFT_ACTIVE; i++) {
		if (left[i]) {
			left[i] &= mmio_read32(chip->frame(i * 32) +
					       GICD_ISACTIVER + i * 4);
			any |= left[i];
		}
	}
	return any;
}

/*
 * irqs.recheck expired.  While such interrupts are active, the guest may
 * deactivate one at any time after this, so arm the timer again.
 */
static void recheck_late(struct timer *timer)
{
	(void)timer;
	if (any_left_active()) {
		arm_recheck();
	}
	irq_recheck();
}

const char *irq_init_cpu(void)
{
	this_cpu()->irqs.recheck.fn = recheck_late;
	return chip->init_cpu();
}

/* The SPI is disabled, or its trigger must not change: IHI 0069 12.9.9. */
static void set_trigger(uint32_t intid, bool edge)
{
	uint32_t per_word = 32 / ICFGR_BITS;
	uint32_t shift = intid % per_word * ICFGR_BITS;
	uint64_t at = chip->frame(intid) + GICD_ICFGR + intid / per_word * 4;

	mmio_write32(at, (mmio_read32(at) & ~(ICFGR_EDGE << shift)) |
				 (edge ? ICFGR_EDGE << shift : 0));
}

void irq_enable_spi(uint32_t intid, bool edge, bool (*handler)(uint32_t intid))
{
	spi_handler[intid] = handler;
	set_trigger(intid, edge);
	chip->enable_spi(intid);
}

void irq_send_ipi(const struct cpu *to, enum ipi ipi)
{
	/* Without a barrier the SGI may overtake earlier stores. */
	dsb_ishst();
	chip->send_ipi(to, ipi);
}

bool irq_ended_by_lr(uint32_t intid)
{
	return !chip->ended_by_lr || chip->ended_by_lr(intid);
}

/* Write an interrupt's bit to a register that sets or clears by ones. */
static void write_bit(uint32_t intid, uint32_t offset)
{
	mmio_write32(chip->frame(intid) + offset + intid / 32 * 4,
		     1u << intid % 32);
}

void irq_set_active(uint32_t intid, bool active)
{
	write_bit(intid, active ? GICD_ISACTIVER : GICD_ICACTIVER);
}

void irq_set_pending(uint32_t intid, bool pending)
{
	write_bit(intid, pending ? GICD_ISPENDR : GICD_ICPENDR);
}

bool irq_is_pending(uint32_t intid)
{
	return mmio_read32(chip->frame(intid) + GICD_ISPENDR +
			   intid / 32 * 4) >>
		       intid % 32 &
	       1;
}

static enum exit_cause handle_ipi(uint32_t intid)
{
	if (intid == IPI_STOP) {
		run_stop_cpu();
	}
	if (intid == IPI_RESCHED) {
		sched_resched();
	}
	if (intid == IPI_MEET) {
		torture_request_meeting();
	}
	/* IPI_KICK has done its work: the guest was left. */
	return intid == IPI_KICK ? EXIT_IRQ_KICK : EXIT_IRQ_OTHER;
}

/*
 * The interrupt stays active for the guest to deactivate.  Where the GIC has to
 * be made to look at lines, irq_recheck() before WFI is not enough for a guest
 * that never sleeps; so a timer does it, too.
 */
static void leave_active(uint32_t intid)
{
	if (chip->recheck) {
		this_cpu()->irqs.left_active[intid / 32] |= 1u << intid % 32;
		arm_recheck();
	}
}

/* Returns true when it is to stay active, for the guest to deactivate it. */
static bool handle_ppi(struct vcpu *entered, uint32_t intid,
		       enum exit_cause *cause)
{
	struct vcpu *vcpu = this_cpu()->vcpu;

	switch (intid) {
	case PPI_CNTV:
		*cause = EXIT_IRQ_VTIMER;
		if (entered) {
			vgic_inject_irq_entered(entered->vgic, vm_ppi(PPI_CNTV),
						true, entered);
		} else if (vcpu) {
			vgic_inject_irq(vm.gic, vcpu->index, vm_ppi(PPI_CNTV),
					true, vcpu);
		}
		return vcpu;
	case PPI_CNTHP:
		*cause = EXIT_IRQ_TIMER;
		timer_run();
		return false;
	case PPI_MAINTENANCE:
		/* What it asks for, vgic_exit() and vgic_enter() do. */
		*cause = EXIT_IRQ_MAINTENANCE;
		return false;
	default:
		return false;
	}
}

/*
 * Takes one interrupt, not all that are pending: the line of some stays high
 * until the next vgic_enter() (maintenance), and they would come again and
 * again in a loop here.
 */
enum exit_cause irq_handle(struct vcpu *entered)
{
	uint32_t acknowledged = chip->acknowledge();
	uint32_t intid = acknowledged & chip->intid_mask;
	enum exit_cause cause = EXIT_IRQ_OTHER;
	bool keep = false;

	if (intid >= GIC_SPI_END && intid < GIC_LPI_BASE) {
		return EXIT_IRQ_OTHER;
	}
	/* The acknowledge is complete before the device is looked at. */
	dsb_sy();
	chip->drop(acknowledged);
	if (intid >= GIC_LPI_BASE) {
		/* LPIs have no active state, IHI 0069 5.1: nothing to end. */
		pci_message(intid);
		return EXIT_IRQ_DEVICE;
	}
	if (intid < GIC_NR_SGIS) {
		chip->deactivate(acknowledged);
		return handle_ipi(intid);
	}
	if (intid < GIC_NR_PRIVATE) {
		keep = handle_ppi(entered, intid, &cause);
	} else if (spi_handler[intid]) {
		keep = spi_handler[intid](intid);
		cause = keep ? EXIT_IRQ_DEVICE : EXIT_IRQ_UART;
	}
	if (keep) {
		leave_active(intid);
	} else {
		chip->deactivate(acknowledged);
	}
	return cause;
}
