/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One run queue for all CPUs, round robin, with a time slice that is only
 * armed while somebody waits.
 *
 * A vCPU that waits in WFI while nobody else wants the CPU stays loaded and
 * the CPU sleeps at EL2: the common case, and the cheap one.
 *
 * With more vCPUs than CPUs a guest's locks are the danger: they are handed
 * on in the order of asking, so who has the lock, or is next, waits for its
 * turn while the others use theirs up by spinning, and a lock that is asked
 * for faster than that is never free again.  So who spins gives way.  While
 * somebody waits for a CPU, WFE traps, with which a guest's locks wait
 * (HCR_EL2.TWE); and since some machines trap none (QEMU 7.2), a look
 * at whoever runs finds the spinning ones from outside.
 */
#include "hyp/sched.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/el2.h"
#include "hyp/irq.h"
#include "hyp/lock.h"
#include "hyp/timer.h"
#include "hyp/torture.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "hyp/vtimer.h"

#define SLICE_US 2000
#define LOOK_US 100
/* A loop that waits for a word of memory is shorter, in bytes. */
#define SPIN_LOOP 64
/*
 * What is left to the one who runs when another one wakes up here: the
 * sender of an interrupt often does nothing but wait for its receiver.
 */
#define WAKE_US 50

static struct {
	struct spinlock lock;
	struct vcpu *head;
	struct vcpu **tail;
	atomic_uint length;
} queue = { .tail = &queue.head };

/*
 * Has nothing changed since the last look?  A loop that comes round to the
 * same registers waits for memory: whatever computes, counts or copies shows
 * in one of them.
 */
static bool spins(struct vcpu *vcpu)
{
	uint64_t moved = vcpu->pc - vcpu->sched.seen_pc;
	uint64_t regs = vcpu->pstate;
	bool same;
	uint32_t i;

	for (i = 0; i < sizeof(vcpu->x) / sizeof(vcpu->x[0]); i++) {
		regs = (regs << 1 | regs >> 63) ^ vcpu->x[i];
	}
	same = regs == vcpu->sched.seen_regs &&
	       (moved < SPIN_LOOP || -moved < SPIN_LOOP);
	vcpu->sched.seen_pc = vcpu->pc;
	vcpu->sched.seen_regs = regs;
	return same;
}

/* The next look, or the end of the slice. */
static void arm_slice(struct cpu *cpu)
{
	uint64_t look = counter() + timer_from_us(LOOK_US);
	uint64_t end = cpu->sched.slice_end;

	timer_arm(&cpu->sched.slice, look < end ? look : end);
}

static void slice_look(struct timer *timer)
{
	struct cpu *cpu = timer->arg;

	if (counter() < cpu->sched.slice_end &&
	    !(cpu->vcpu && spins(cpu->vcpu))) {
		arm_slice(cpu);
		return;
	}
	atomic_store(&cpu->sched.slice_armed, false);
	/* sched_act() sees to a meeting whatever else there is to do. */
	if (cpu->action == ACTION_RUN || cpu->action == ACTION_MEET) {
		cpu->action = ACTION_YIELD;
	}
}

/*
 * To be out of the way of kicks: whoever kicks either sees this state, or is
 * seen when `kicked` is looked at next.
 */
static void leave(struct vcpu *vcpu, enum vcpu_state state)
{
	atomic_store(&vcpu->sched.state, state);
	fence();
}

/*
 * A vCPU that is off executes nothing, but what it left pending or active may
 * have been routed elsewhere or ended since, and only its own queue lets go of
 * it.  Whoever makes it VISITED is its thread for so long.
 */
static void visit(struct vcpu *vcpu)
{
	enum vcpu_state off = VCPU_OFF;

	while (atomic_load(&vcpu->sched.kicked) &&
	       atomic_compare_exchange_strong(&vcpu->sched.state, &off,
					      VCPU_VISITED)) {
		this_cpu()->sched.visiting = vcpu;
		atomic_store(&vcpu->sched.kicked, false);
		vgic_pending(vcpu->vgic);
		this_cpu()->sched.visiting = NULL;
		leave(vcpu, VCPU_OFF);
	}
}

/* A kick comes out of the library, which may not be called from there. */
static void visit_all(struct timer *timer)
{
	uint32_t i;

	(void)timer;
	for (i = 0; i < vm.nr_vcpus; i++) {
		visit(&vm.vcpus[i]);
	}
}

void sched_init_cpu(void)
{
	struct cpu *cpu = this_cpu();

	cpu->sched.visit.fn = visit_all;
	cpu->sched.slice.fn = slice_look;
	cpu->sched.slice.arg = cpu;
}

/* The vCPU on this CPU has no more than `us` before others come. */
static void limit_slice(struct cpu *cpu, uint64_t us)
{
	uint64_t end = counter() + timer_from_us(us);

	change_hcr(cpu, HCR_EL2_TWE, HCR_EL2_TWE);
	if (!atomic_load(&cpu->sched.slice_armed) ||
	    end < cpu->sched.slice_end) {
		atomic_store(&cpu->sched.slice_armed, true);
		cpu->sched.slice_end = end;
		arm_slice(cpu);
	}
}

static void poke(struct cpu *cpu)
{
	if (cpu == this_cpu()) {
		limit_slice(cpu, SLICE_US);
	} else {
		irq_send_ipi(cpu, IPI_RESCHED);
	}
}

/* Somebody waits: wake one sleeping CPU. */
static bool call_idle_cpu(void)
{
	uint32_t i;

	for (i = 0; i < nr_cpus; i++) {
		bool idle = true;

		if (atomic_compare_exchange_strong(&cpus[i].sched.idle, &idle,
						   false)) {
			poke(&cpus[i]);
			return true;
		}
	}
	return false;
}

/* Somebody waits and all CPUs are busy: they take turns from now on. */
static void share_cpus(void)
{
	uint32_t i;

	for (i = 0; i < nr_cpus; i++) {
		if (!atomic_load(&cpus[i].sched.slice_armed)) {
			poke(&cpus[i]);
		}
	}
}

/*
 * A woken vCPU goes first: it most likely has an interrupt to handle.  But
 * not twice in a row: two that wake each other would keep all others away.
 */
static void enqueue(struct vcpu *vcpu, bool woken)
{
	bool first = woken && !vcpu->sched.went_first;

	spin_lock(&queue.lock);
	vcpu->sched.went_first = first;
	if (first || !queue.head) {
		vcpu->sched.next = queue.head;
		if (!queue.head) {
			queue.tail = &vcpu->sched.next;
		}
		queue.head = vcpu;
	} else {
		vcpu->sched.next = NULL;
		*queue.tail = vcpu;
		queue.tail = &vcpu->sched.next;
	}
	atomic_fetch_add(&queue.length, 1);
	spin_unlock(&queue.lock);
	if (!call_idle_cpu()) {
		share_cpus();
		if (first && this_cpu()->vcpu) {
			limit_slice(this_cpu(), WAKE_US);
		}
	}
}

static struct vcpu *dequeue(void)
{
	struct vcpu *vcpu;

	spin_lock(&queue.lock);
	vcpu = queue.head;
	if (vcpu) {
		queue.head = vcpu->sched.next;
		if (!queue.head) {
			queue.tail = &queue.head;
		}
		atomic_fetch_sub(&queue.length, 1);
	}
	spin_unlock(&queue.lock);
	return vcpu;
}

enum vcpu_state sched_start(struct vcpu *vcpu, uint64_t pc, uint64_t x0)
{
	enum vcpu_state state = VCPU_OFF;

	while (!atomic_compare_exchange_strong(&vcpu->sched.state, &state,
					       VCPU_STARTING)) {
		/* Another CPU visits it, which does not take long. */
		if (state != VCPU_OFF && state != VCPU_VISITED) {
			return state;
		}
		state = VCPU_OFF;
		cpu_yield();
	}
	vcpu_reset(vcpu, pc, x0);
	atomic_store(&vcpu->sched.state, VCPU_RUNNABLE);
	enqueue(vcpu, false);
	return VCPU_OFF;
}

/* `vcpu` came off the queue. */
static struct vcpu *run(struct cpu *cpu, struct vcpu *vcpu)
{
	atomic_store(&vcpu->sched.cpu, cpu);
	/* A kick from here on finds us RUNNING and sends an IPI. */
	atomic_store(&vcpu->sched.state, VCPU_RUNNING);
	vcpu_load(vcpu);
	/* A new slice, whatever became of the last one. */
	timer_cancel(&cpu->sched.slice);
	atomic_store(&cpu->sched.slice_armed, false);
	change_hcr(cpu, HCR_EL2_TWE, 0);
	cpu->action = ACTION_RUN;
	/* Who comes from here on sees that no slice is armed: share_cpus(). */
	fence();
	if (atomic_load(&queue.length)) {
		limit_slice(cpu, SLICE_US);
	}
	return vcpu;
}

/* Sleep until an interrupt; `idle` was set before the last look. */
static void sleep(struct cpu *cpu)
{
	dsb_sy();
	__asm__ volatile("wfi" : : : "memory");
	atomic_store(&cpu->sched.idle, false);
	irq_handle();
	torture_meet(NULL);
}

struct vcpu *sched_next(void)
{
	struct cpu *cpu = this_cpu();

	cpu->vcpu = NULL;
	for (;;) {
		struct vcpu *vcpu;

		/* Set before the look: see call_idle_cpu(). */
		atomic_store(&cpu->sched.idle, true);
		fence();
		vcpu = dequeue();
		if (vcpu) {
			atomic_store(&cpu->sched.idle, false);
			return run(cpu, vcpu);
		}
		sleep(cpu);
	}
}

/* Off the CPU and asleep, until sched_kick() or the virtual timer. */
static struct vcpu *block(struct vcpu *vcpu)
{
	enum vcpu_state blocked = VCPU_BLOCKED;

	vcpu_put(vcpu);
	vtimer_arm(vcpu);
	leave(vcpu, VCPU_BLOCKED);
	/* A kick that came before saw RUNNING and did not wake. */
	if (atomic_load(&vcpu->sched.kicked) &&
	    atomic_compare_exchange_strong(&vcpu->sched.state, &blocked,
					   VCPU_RUNNABLE)) {
		enqueue(vcpu, true);
	}
	return sched_next();
}

static struct vcpu *wait(struct vcpu *vcpu)
{
	struct cpu *cpu = this_cpu();

	if (atomic_load(&vcpu->sched.kicked) || vgic_pending(vcpu->vgic)) {
		return vcpu;
	}
	/* Turns the interface off, so that no maintenance wakes us. */
	vgic_put(vcpu->vgic);
	for (;;) {
		atomic_store(&cpu->sched.idle, true);
		fence();
		if (atomic_load(&queue.length)) {
			atomic_store(&cpu->sched.idle, false);
			return block(vcpu);
		}
		if (atomic_load(&vcpu->sched.kicked)) {
			break;
		}
		sleep(cpu);
	}
	atomic_store(&cpu->sched.idle, false);
	vgic_load(vcpu->vgic);
	return vcpu;
}

static struct vcpu *yield(struct vcpu *vcpu)
{
	if (!atomic_load(&queue.length)) {
		change_hcr(this_cpu(), HCR_EL2_TWE, 0);
		return vcpu;
	}
	vcpu_put(vcpu);
	this_cpu()->vcpu = NULL;
	atomic_store(&vcpu->sched.state, VCPU_RUNNABLE);
	enqueue(vcpu, false);
	return sched_next();
}

static struct vcpu *turn_off(struct vcpu *vcpu)
{
	vcpu_put(vcpu);
	this_cpu()->vcpu = NULL;
	leave(vcpu, VCPU_OFF);
	/* A kick that came before saw RUNNING. */
	visit(vcpu);
	return sched_next();
}

static struct vcpu *stay(struct vcpu *vcpu)
{
	return vcpu;
}

struct vcpu *sched_act(struct vcpu *vcpu)
{
	static struct vcpu *(*const acts[])(struct vcpu *vcpu) = {
		[ACTION_YIELD] = yield,
		[ACTION_WAIT] = wait,
		[ACTION_OFF] = turn_off,
		[ACTION_MEET] = stay,
	};
	struct cpu *cpu = this_cpu();
	enum cpu_action action = cpu->action;

	cpu->action = ACTION_RUN;
	torture_meet(vcpu);
	return acts[action](vcpu);
}

void sched_poked(void)
{
	struct cpu *cpu = this_cpu();

	if (cpu->vcpu && atomic_load(&queue.length)) {
		limit_slice(cpu, SLICE_US);
	}
}

void sched_kick(void *ctx, uint32_t index)
{
	struct vm *v = ctx;
	struct vcpu *vcpu = &v->vcpus[index];
	enum vcpu_state state;

	atomic_store(&vcpu->sched.kicked, true);
	fence(); /* see leave() */
	state = atomic_load(&vcpu->sched.state);
	if (state == VCPU_BLOCKED) {
		if (atomic_compare_exchange_strong(&vcpu->sched.state, &state,
						   VCPU_RUNNABLE)) {
			enqueue(vcpu, true);
		}
	} else if (state == VCPU_RUNNING) {
		struct cpu *cpu = atomic_load(&vcpu->sched.cpu);

		if (cpu != this_cpu()) {
			irq_send_ipi(cpu, IPI_KICK);
		}
	} else if (state == VCPU_OFF) {
		/* VISITED: its visitor looks at `kicked` again. */
		timer_arm(&this_cpu()->sched.visit, counter());
	}
}
