/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL2 owns every physical interrupt.  All end in two steps (EOImode 1):
 * priority drop at once, then deactivation, by us, or for an interrupt that
 * is the guest's by its list register's HW bit.
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

/* More than a tick of common kernels, which does it too. */
#define RECHECK_US 5000

#define NR_LEFT_ACTIVE \
	(sizeof(((struct cpu *)0)->irqs.left_active) / sizeof(uint32_t))

#define ICFGR_BITS 2 /* of each interrupt; the upper one says edge */
#define ICFGR_EDGE 2u

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

/* Are there interrupts left that this CPU took and the guest has to end? */
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

/* What the guest ends after this look wants another one. */
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

/* It is disabled, as a change of its trigger wants it, IHI 0069 12.9.9. */
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
	/* What we want the other CPU to see comes first. */
	dsb_ishst();
	chip->send_ipi(to, ipi);
}

bool irq_ended_by_lr(uint32_t intid)
{
	return !chip->ended_by_lr || chip->ended_by_lr(intid);
}

/* One of a pair of registers that set and clear by ones. */
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
			   intid / 32 * 4) >> intid % 32 & 1;
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
	/* IPI_KICK: to have left the guest is enough. */
	return EXIT_IRQ_KICK;
}

/* For a guest that neither sleeps nor leaves by itself. */
static void leave_active(uint32_t intid)
{
	if (chip->recheck) {
		this_cpu()->irqs.left_active[intid / 32] |= 1u << intid % 32;
		arm_recheck();
	}
}

/* Returns true when it is to stay active: the guest deactivates it. */
static bool handle_ppi(uint32_t intid, enum exit_cause *cause)
{
	struct vcpu *vcpu = this_cpu()->vcpu;

	switch (intid) {
	case PPI_CNTV:
		*cause = EXIT_IRQ_VTIMER;
		if (vcpu) {
			vgic_inject_irq(vm.gic, vcpu->index,
					vm_ppi(PPI_CNTV), true, vcpu);
		}
		return vcpu;
	case PPI_CNTHP:
		*cause = EXIT_IRQ_TIMER;
		timer_run();
		return false;
	case PPI_MAINTENANCE:
		/* vgic_exit() and vgic_enter() do what it asks for. */
		*cause = EXIT_IRQ_MAINTENANCE;
		return false;
	default:
		return false;
	}
}

/*
 * One interrupt at a time: a line that is still high, such as maintenance
 * before the next vgic_enter(), would be taken again and again here.
 */
enum exit_cause irq_handle(void)
{
	uint32_t acknowledged = chip->acknowledge();
	uint32_t intid = acknowledged & chip->intid_mask;
	enum exit_cause cause = EXIT_IRQ_OTHER;
	bool keep = false;

	if (intid >= GIC_SPI_END && intid < GIC_LPI_BASE) {
		return EXIT_IRQ_OTHER;
	}
	/* The acknowledge comes before what the device is asked next. */
	dsb_sy();
	chip->drop(acknowledged);
	if (intid >= GIC_LPI_BASE) {
		/* Never active: no more to be ended, IHI 0069 5.1. */
		pci_message(intid);
		return EXIT_IRQ_DEVICE;
	}
	if (intid < GIC_NR_SGIS) {
		chip->deactivate(acknowledged);
		return handle_ipi(intid);
	}
	if (intid < GIC_NR_PRIVATE) {
		keep = handle_ppi(intid, &cause);
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
