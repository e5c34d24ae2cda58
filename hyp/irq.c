/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL2 owns every physical interrupt.  All end in two steps (EOImode 1):
 * priority drop at once, then deactivation, by us, or for an interrupt that
 * is the guest's by its list register's HW bit.
 */
#include "hyp/irq.h"

#include "hyp/cpu.h"
#include "hyp/host.h"
#include "hyp/irqchip.h"
#include "hyp/sched.h"
#include "hyp/vm.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"

/* More than a tick of common kernels, which does it too. */
#define RECHECK_US 5000

static void (*spi_handler[GIC_SPI_END])(void);
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

static void recheck_late(struct timer *timer)
{
	(void)timer;
	irq_recheck();
}

const char *irq_init_cpu(void)
{
	this_cpu()->recheck.fn = recheck_late;
	return chip->init_cpu();
}

void irq_enable_spi(uint32_t intid, void (*handler)(void))
{
	spi_handler[intid] = handler;
	chip->enable_spi(intid);
}

void irq_send_ipi(const struct cpu *to, enum ipi ipi)
{
	/* What we want the other CPU to see comes first. */
	dsb_ishst();
	chip->send_ipi(to, ipi);
}

void irq_set_active(uint32_t intid, bool active)
{
	chip->set_active(intid, active);
}

static enum exit_cause handle_ipi(uint32_t intid)
{
	if (intid == IPI_STOP) {
		cpu_stop();
	}
	if (intid == IPI_RESCHED) {
		sched_poked();
	}
	/* IPI_KICK: to have left the guest is enough. */
	return EXIT_IRQ_KICK;
}

/* For a guest that neither sleeps nor leaves by itself. */
static void arm_recheck(void)
{
	if (chip->recheck) {
		timer_arm(&this_cpu()->recheck,
			  counter() + timer_from_us(RECHECK_US));
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
			arm_recheck();
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
	/* Ten bits in either architecture: LPIs are off. */
	uint32_t intid = (uint32_t)FIELD_GET(GICC_INTID, acknowledged);
	enum exit_cause cause = EXIT_IRQ_OTHER;
	bool keep = false;

	if (intid >= GIC_SPI_END) {
		return EXIT_IRQ_OTHER;
	}
	/* The acknowledge comes before what the device is asked next. */
	dsb_sy();
	chip->drop(acknowledged);
	if (intid < GIC_NR_SGIS) {
		chip->deactivate(acknowledged);
		return handle_ipi(intid);
	}
	if (intid < GIC_NR_PRIVATE) {
		keep = handle_ppi(intid, &cause);
	} else if (spi_handler[intid]) {
		spi_handler[intid]();
		cause = EXIT_IRQ_UART;
	}
	if (!keep) {
		chip->deactivate(acknowledged);
	}
	return cause;
}
