/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens on an exception: an interrupt's handler, or a fault, which ends
 * the run unless a probe provoked it.
 */
#include "guest/lib/asm.h"
#include "guest/lib/lib.h"
#include "guest/lib/machine.h"
#include "guest/text.h"

#define ESR_EC(esr) ((esr) >> 26 & 0x3f)
#define EC_INSTRUCTION_ABORT 0x21 /* from EL1 itself */

_Static_assert(offsetof(struct frame, pc) == FRAME_PC, "asm.h");
_Static_assert(offsetof(struct frame, pstate) == FRAME_PSTATE, "asm.h");
_Static_assert(sizeof(struct frame) == FRAME_SIZE, "asm.h");

static struct {
	bool expected;
	unsigned int count;
	uint64_t esr;
} faults[MAX_CPUS];

static void (*irq_handler)(void);
static void (*fiq_handler)(void);

void port_set_handlers(void (*irq)(void), void (*fiq)(void))
{
	irq_handler = irq;
	fiq_handler = fiq;
}

void fault_expect(void)
{
	faults[port_cpu()].count = 0;
	faults[port_cpu()].expected = true;
}

unsigned int fault_count(uint64_t *esr)
{
	/* An SError that an access caused may be late: wait for it. */
	__asm__ volatile("dsb sy; isb" : : : "memory");
	faults[port_cpu()].expected = false;
	*esr = faults[port_cpu()].esr;
	return faults[port_cpu()].count;
}

/*
 * Go on behind the instruction that a probe has provoked a fault with; if it
 * was a jump, where it came from.
 */
static void skip(struct frame *frame, unsigned int kind)
{
	if (kind != EXCEPTION_SYNC) {
		return;
	}
	if (ESR_EC(sysreg_read(esr_el1)) == EC_INSTRUCTION_ABORT) {
		frame->pc = frame->x[30];
	} else {
		frame->pc += 4;
	}
}

static void fault(struct frame *frame, unsigned int kind)
{
	unsigned int cpu = port_cpu();

	faults[cpu].esr = sysreg_read(esr_el1);
	faults[cpu].count++;
	if (faults[cpu].expected) {
		skip(frame, kind);
		return;
	}
	say("guest: cpu %u: unexpected %s: ESR %lx FAR %lx PC %lx LR %lx\n",
	    cpu, kind == EXCEPTION_SYNC ? "fault" : "SError",
	    (unsigned long)faults[cpu].esr, (unsigned long)sysreg_read(far_el1),
	    (unsigned long)frame->pc, (unsigned long)frame->x[30]);
	machine_fail();
}

void exception(struct frame *frame, unsigned int kind)
{
	if (kind == EXCEPTION_IRQ && irq_handler != NULL) {
		irq_handler();
	} else if (kind == EXCEPTION_FIQ && fiq_handler != NULL) {
		fiq_handler();
	} else {
		fault(frame, kind);
	}
}
