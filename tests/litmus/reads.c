/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exact reads, and calls that want a stopped VM: between a vCPU that has an
 * interrupt in its list registers and whoever asks for its state.
 */
#include "tests/litmus/litmus.h"

#include <vgic/uaccess.h>

#include "regs/gicv3.h"
#include "tests/stress/v3.h"

/* What the handler's vCPU is at: phase % 4. */
enum phase { ENDED, TAKING, ACTIVE, ENDING };

static struct {
	struct source *source;
	_Atomic(bool) stop;
	_Atomic(uint64_t) phase;
	/* Whose turn it is: the vCPU's when even, the reader's when odd. */
	_Atomic(uint64_t) turn;
} now;

static uint64_t rounds;

static bool is_over(void)
{
	return atomic_load_explicit(&now.stop, memory_order_relaxed);
}

static void next_phase(void)
{
	atomic_fetch_add(&now.phase, 1);
}

static void inject(void)
{
	uint64_t number = source_begin(now.source);

	must(!vgic_inject_irq(vm.gic, 0, now.source->intid, true, NULL));
	source_finish(now.source, number, true);
}

/*
 * The vCPU stays in the guest, and takes and ends an interrupt without an exit
 * of its own.  Its thread injects; a device's would do it as well.
 */
static void *take_and_end(void *cpu)
{
	struct cpu *c = cpu;
	uint64_t rng = 3;

	cpu_load(c);
	cpu_enter(c);
	while (!is_over()) {
		inject();
		cpu_serve(c);
		next_phase();
		while (!vm.machine->take(c)) {
		}
		next_phase();
		for (uint32_t n = draw(&rng, 40); n; n--) {
			litmus_pause(&rng, 100);
			cpu_serve(c);
		}
		next_phase();
		vm.machine->end(c, &c->handler[--c->depth]);
		next_phase();
		for (uint32_t n = draw(&rng, 40); n; n--) {
			litmus_pause(&rng, 100);
			cpu_serve(c);
		}
	}
	cpu_leave(c);
	vgic_put(c->vcpu);
	return NULL;
}

static bool read_active(struct cpu *c, bool broken)
{
	uint32_t intid = now.source->intid;
	struct vgic_irq_info info;

	if (broken) {
		must(!vgic_get_irq_info(vm.gic, 0, intid, &info));
		return info.active;
	}
	return cpu_mmio(c, DIST + GICD_ISACTIVER + intid / 32 * 4, 4, false,
			0) >>
		       intid % 32 &
	       1;
}

/*
 * Reads.  If the state was the same all the time, that is what a read returns.
 * Broken: what the library knows without asking.
 */
static uint64_t run_read(double end, bool broken)
{
	struct cpu *c = &vm.cpu[1];
	uint64_t violations = 0;

	rounds = 0;
	vm_begin(&machine_v3, 0, 1);
	now.source = litmus_edge();
	atomic_store(&now.stop, false);
	atomic_store(&now.phase, ENDED);
	must(!pthread_create(&vm.cpu[0].thread, NULL, take_and_end,
			     &vm.cpu[0]));
	cpu_load(c);
	cpu_enter(c);
	while (litmus_now() < end && !violations) {
		uint64_t before = atomic_load(&now.phase);
		bool active = read_active(c, broken);

		if (before == atomic_load(&now.phase) && before % 2 == 0) {
			violations += active != (before % 4 == ACTIVE);
			rounds++;
		}
	}
	cpu_leave(c);
	vgic_put(c->vcpu);
	atomic_store(&now.stop, true);
	pthread_join(vm.cpu[0].thread, NULL);
	vm_end();
	return violations;
}

const struct litmus litmus_read = { "read", run_read, &rounds };

static void await_turn(uint64_t parity)
{
	while (atomic_load_explicit(&now.turn, memory_order_acquire) % 2 !=
		       parity &&
	       !is_over()) {
	}
}

static void pass_turn(void)
{
	atomic_fetch_add_explicit(&now.turn, 1, memory_order_release);
}

/* Active and stopped, then ended and stopped, in turn. */
static void *take_and_stop(void *cpu)
{
	struct cpu *c = cpu;

	while (!is_over()) {
		cpu_load(c);
		inject();
		cpu_enter(c);
		while (!vm.machine->take(c)) {
		}
		cpu_leave(c);
		vgic_put(c->vcpu);
		pass_turn();
		await_turn(0);
		cpu_load(c);
		cpu_enter(c);
		vm.machine->end(c, &c->handler[--c->depth]);
		cpu_leave(c);
		vgic_put(c->vcpu);
		pass_turn();
		await_turn(0);
	}
	return NULL;
}

/*
 * Stopped VMs.  The thread that looks synchronises with the one that has run
 * the vCPU: it finds the last of what that vCPU did.  Broken: it takes the
 * state before for what it is to find.
 */
static uint64_t run_stopped(double end, bool broken)
{
	uint64_t violations = 0;
	uint32_t offset, bit;

	rounds = 0;
	vm_begin(&machine_v3, 0, 1);
	now.source = litmus_edge();
	offset = GICD_ISACTIVER + now.source->intid / 32 * 4;
	bit = now.source->intid % 32;
	atomic_store(&now.stop, false);
	atomic_store(&now.turn, 0);
	must(!pthread_create(&vm.cpu[0].thread, NULL, take_and_stop,
			     &vm.cpu[0]));
	while (litmus_now() < end && !violations) {
		bool expected = (atomic_load(&now.turn) / 2 % 2 == 0) != broken;
		uint32_t value;

		await_turn(1);
		must(!vgic_uaccess_reg(vm.cpu[1].vcpu, VGIC_UACCESS_DIST,
				       offset, false, &value));
		violations += (value >> bit & 1) != expected;
		rounds++;
		pass_turn();
	}
	atomic_store(&now.stop, true);
	pthread_join(vm.cpu[0].thread, NULL);
	vm_end();
	return violations;
}

const struct litmus litmus_stopped = { "stopped", run_stopped, &rounds };
