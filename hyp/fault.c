/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Errors that end the run.  An exception that EL2 takes from itself is an error
 * of the hypervisor: everything that is known of it is printed, in a form that
 * addr2line and a person can read.
 */
#include "hyp/fault.h"

#include <stddef.h>
#include <stdint.h>

#include "hyp/arch.h"
#include "hyp/asm.h"
#include "hyp/console.h"
#include "hyp/cpu.h"
#include "hyp/run.h"
#include "hyp/vcpu.h"

/* Frame records may form a circle when memory is overwritten. */
#define MAX_FRAMES 32
#define FRAME_RECORD_SIZE 16

_Static_assert(offsetof(struct fault_frame, x) == FAULT_X, "asm.h");
_Static_assert(offsetof(struct fault_frame, sp) == FAULT_SP, "asm.h");
_Static_assert(sizeof(struct fault_frame) == FAULT_SIZE, "asm.h");

/* Is there a frame record at `fp`?  Only then it is safe to read. */
static bool on_stack(const struct cpu *cpu, uint64_t fp)
{
	return !(fp & 7) && fp >= cpu->stack_top - STACK_SIZE &&
	       fp <= cpu->stack_top - FRAME_RECORD_SIZE;
}

/*
 * The callers of `pc`, from the frame records that x29 points to (AAPCS64
 * 6.4.6): the address of the caller's record, then the return address.  The
 * first record of a stack has a null pointer in it (boot.S, vectors.S).
 */
static void back_trace(const struct cpu *cpu, uint64_t pc, uint64_t fp)
{
	unsigned int i;

	console_msg("back trace: %016lx", (unsigned long)pc);
	for (i = 0; i < MAX_FRAMES && on_stack(cpu, fp); i++) {
		const uint64_t *record = (const uint64_t *)(uintptr_t)fp;

		console_msg("            %016lx", (unsigned long)record[1]);
		fp = record[0];
	}
}

_Noreturn void el2_fault(const struct fault_frame *frame)
{
	const struct cpu *cpu = this_cpu();
	uint64_t pc = read_sysreg(elr_el2);
	unsigned int i;

	/* This CPU or another one may have died while it printed. */
	console_break_lock();
	console_msg("EL2 FAULT on CPU %u: ESR %lx FAR %lx HPFAR %lx",
		    cpu->index, (unsigned long)read_sysreg(esr_el2),
		    (unsigned long)read_sysreg(far_el2),
		    (unsigned long)read_sysreg(hpfar_el2));
	console_msg("pc  %016lx  sp  %016lx  spsr %lx", (unsigned long)pc,
		    (unsigned long)frame->sp,
		    (unsigned long)read_sysreg(spsr_el2));
	for (i = 0; i < 30; i += 3) {
		console_msg("x%02u %016lx  x%02u %016lx  x%02u %016lx", i,
			    (unsigned long)frame->x[i], i + 1,
			    (unsigned long)frame->x[i + 1], i + 2,
			    (unsigned long)frame->x[i + 2]);
	}
	console_msg("x30 %016lx", (unsigned long)frame->x[30]);
	if (cpu->vcpu) {
		console_msg("vCPU %u was at %lx", cpu->vcpu->index,
			    (unsigned long)cpu->vcpu->pc);
	}
	back_trace(cpu, pc, frame->x[29]);
	run_end(RUN_EL2_FAULT, NULL, false);
}

_Noreturn void set_up_failed(const char *text)
{
	console_msg("%s", text);
	run_end(RUN_BAD_GUEST, text, false);
}
