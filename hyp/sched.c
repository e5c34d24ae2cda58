/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scheduler: one run queue for all CPUs, round robin.  A time slice is
 * armed only while some vCPU waits in the queue.
 *
 * A vCPU that executes WFI while no other one wants its CPU stays loaded, and
 * the CPU sleeps at EL2.  That is the common case, and costs no switch; with
 * list registers of hardware, or a GICv5, not even an exit of the vGIC
 * (sched_doze()).
 *
 * With more vCPUs than CPUs, a guest's locks are the problem.  They are handed
 * on in the order of asking (ticket locks).  So the vCPU that holds a lock, or
 * is next to get it, may wait in the run queue while the others spend their
 * time slices spinning for it; and where the lock is asked for faster than
 * slices end, the guest comes to a stand.  Therefore a vCPU that spins gives
 * its CPU away: WFE, with which A64 kernels wait for locks, traps while the
 * queue is not empty (HCR_EL2.TWE); and since some machines do not trap it
 * (QEMU 7.2), the registers of the running vCPU are looked at every 100 us,
 * and one whose registers do not change is taken to spin.
 */
#include "hyp/sched.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/el2.h"
#include "hyp/irq.h"
#include "hyp/lock.h"
#include "hyp/options.h"
#include "hyp/timer.h"
#include "hyp/torture.h"
#include "hyp/vcpu.h"
#include "hyp/vm.h"
#include "hyp/vtimer.h"

#define SLICE_US 2000
/* How often spins() is asked. */
#define LOOK_US 100
/* PC stays within so many bytes in a loop that waits for a word of memory. */
#define SPIN_LOOP 64
/*
 * What remains of a vCPU's slice when it wakes another one on its CPU: the
 * sender of an interrupt often does nothing but wait for the receiver.
 */
#define WAKE_US 50

/* RUNNABLE vCPUs, linked by sched.next. */
static struct {
	struct spinlock lock;
	struct vcpu *head;
	struct vcpu **tail; /* sched.next of the last vCPU, or &head */
	atomic_uint length; /* written under the lock, read without */
} queue = { .tail = &queue.head };

/*
 * Are the vCPU's registers what they were at the last look?  A loop that comes
 * round to the same registers waits for memory to change: computing, counting
 * and copying show in some register.  X0 to X30 and PSTATE are kept as a
 * digest; a wrong guess costs the vCPU a turn, no more.
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

/* Set the slice timer to the next look or to the end of the slice. */
static void arm_slice(struct cpu *cpu)
{
	uint64_t look = counter() + timer_from_us(LOOK_US);
	uint64_t end = cpu->sched.slice_end;

	timer_arm(&cpu->sched.slice, look < end ? look : end);
}

/* sched.slice expired: on this CPU, during an exit of `cpu->vcpu`. */
static void slice_look(struct timer *timer)
{
	struct cpu *cpu = timer->arg;

	if (counter() < cpu->sched.slice_end &&
	    !(cpu->vcpu && spins(cpu->vcpu))) {
		arm_slice(cpu);
		return;
	}
	atomic_store(&cpu->sched.slice_armed, false);
	/* WAIT and OFF give the CPU away as well; sched_act() always meets. */
	if (cpu->action == ACTION_RUN || cpu->action == ACTION_MEET) {
		cpu->action = ACTION_YIELD;
	}
}

/*
 * Publish that the vCPU does not look at its vGIC from now on (BLOCKED, OFF).
 * The caller then reads `kicked`.  The fence pairs with the one in
 * sched_kick(), which sets `kicked` and then reads the state: so either the
 * kick sees this state, or the caller sees the kick.
 */
static void publish_state(struct vcpu *vcpu, enum vcpu_state state)
{
	atomic_store(&vcpu->sched.state, state);
	fence();
}

/*
 * A vCPU that is off executes nothing, but its vGIC may have to act: what it
 * left pending or active may be routed to another vCPU or ended by one, and
 * only the vCPU's own thread can take it out of its queue.  The CPU that makes
 * the vCPU VISITED is its thread meanwhile, and calls vgic_pending(), which
 * works off what was posted.
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
		publish_state(vcpu, VCPU_OFF);
	}
}

/*
 * sched.visit expired.  By a timer, since sched_kick() is called by the library
 * and must not call it.
 */
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

/* The vCPU on this CPU, `cpu`, gets no more than `us` from now. */
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

/* Have `cpu` look at the queue. */
static void poke(struct cpu *cpu)
{
	if (cpu == this_cpu()) {
		limit_slice(cpu, SLICE_US);
	} else {
		irq_send_ipi(cpu, IPI_RESCHED);
	}
}

/*
 * A vCPU was queued: wake a CPU that sleeps; false when none does.  Clearing
 * `idle` claims the CPU, so that two vCPUs wake two CPUs.
 */
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

/* A vCPU was queued and all CPUs are busy: those without a slice get one. */
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
 * Put a RUNNABLE vCPU into the queue.  One that was woken goes to the head, for
 * it most likely has an interrupt to handle; but not twice in a row, or two
 * vCPUs that wake each other would keep all others from running.
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

/* Take the first one out; null when there is none. */
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
		/* A visit by another CPU is over soon. */
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

/* Load `vcpu`, which came out of the queue, on this CPU. */
static struct vcpu *run(struct cpu *cpu, struct vcpu *vcpu)
{
	atomic_store(&vcpu->sched.cpu, cpu);
	/* A kick from here on sees RUNNING and sends an IPI to this CPU. */
	atomic_store(&vcpu->sched.state, VCPU_RUNNING);
	vcpu_load(vcpu);
	/* It starts without a slice, whatever is left of the last one. */
	timer_cancel(&cpu->sched.slice);
	atomic_store(&cpu->sched.slice_armed, false);
	change_hcr(cpu, HCR_EL2_TWE, 0);
	cpu->action = ACTION_RUN;
	/*
	 * The fence orders slice_armed before the queue's length; enqueue()
	 * adds to the length before it reads slice_armed (share_cpus()).  So
	 * either it sees that this CPU has no slice, or the vCPU is seen here.
	 */
	fence();
	if (atomic_load(&queue.length)) {
		limit_slice(cpu, SLICE_US);
	}
	return vcpu;
}

/*
 * Sleep until an interrupt, and take it; `entered` as irq_handle() has it.
 * `idle` was set, and then the queue found empty: a vCPU that was queued since
 * has cleared it and sent an IPI, which ends WFI even if it came before.
 */
static enum exit_cause sleep(struct cpu *cpu, struct vcpu *entered)
{
	uint64_t start = options.icount ? read_sysreg(cntpct_el0) : 0;

	irq_recheck();
	dsb_sy();
	__asm__ volatile("wfi" : : : "memory");
	if (options.icount) {
		cpu->exit_start += read_sysreg(cntpct_el0) - start;
	}
	atomic_store(&cpu->sched.idle, false);
	return irq_handle(entered);
}

struct vcpu *sched_next(void)
{
	struct cpu *cpu = this_cpu();

	cpu->vcpu = NULL;
	for (;;) {
		struct vcpu *vcpu;

		/*
		 * Set before the queue is looked at: enqueue() adds to the
		 * queue before it reads `idle` in call_idle_cpu().
		 */
		atomic_store(&cpu->sched.idle, true);
		fence();
		vcpu = dequeue();
		if (vcpu) {
			atomic_store(&cpu->sched.idle, false);
			return run(cpu, vcpu);
		}
		sleep(cpu, NULL);
		torture_meet(NULL);
	}
}

/* WFI, while others wait: BLOCKED until a kick or the virtual timer. */
static struct vcpu *block(struct vcpu *vcpu)
{
	enum vcpu_state blocked = VCPU_BLOCKED;

	vcpu_put(vcpu);
	vtimer_arm(vcpu);
	publish_state(vcpu, VCPU_BLOCKED);
	/* A kick before this saw RUNNING, so it has to be acted on here. */
	if (atomic_load(&vcpu->sched.kicked) &&
	    atomic_compare_exchange_strong(&vcpu->sched.state, &blocked,
					   VCPU_RUNNABLE)) {
		enqueue(vcpu, true);
	}
	return sched_next();
}

/* ACTION_WAIT: WFI.  It ends with an interrupt for the vCPU, or a kick. */
static struct vcpu *wait(struct vcpu *vcpu)
{
	struct cpu *cpu = this_cpu();

	if (atomic_load(&vcpu->sched.kicked) || vgic_pending(vcpu->vgic)) {
		return vcpu;
	}
	/*
	 * vgic_put() turns the virtual CPU interface off, or its maintenance
	 * interrupt would end WFI again and again.
	 */
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
		sleep(cpu, NULL);
		torture_meet(NULL);
	}
	atomic_store(&cpu->sched.idle, false);
	vgic_load(vcpu->vgic);
	return vcpu;
}

/*
 * Is an interrupt of this cause something for the vCPU?  Most interrupts are
 * injected by calls that kick the vCPU.  The virtual timer's interrupt is
 * injected while the vCPU stays entered, without a kick.
 */
static bool is_for(const struct vcpu *vcpu, enum exit_cause cause)
{
	return cause == EXIT_IRQ_VTIMER || cause == EXIT_IRQ_MAINTENANCE ||
	       sched_was_kicked(vcpu, cause);
}

bool sched_doze(struct vcpu *vcpu, enum exit_cause *cause)
{
	struct cpu *cpu = this_cpu();

	if (cpu->action != ACTION_RUN) {
		return false;
	}
	*cause = EXIT_IRQ_OTHER;
	do {
		atomic_store(&cpu->sched.idle, true);
		fence();
		if (atomic_load(&queue.length)) {
			atomic_store(&cpu->sched.idle, false);
			cpu->action = ACTION_WAIT;
			break;
		}
		/*
		 * A kick has sent an IPI, which ends WFI even if it came
		 * before.
		 */
		*cause = sleep(cpu, vcpu);
	} while (cpu->action == ACTION_RUN && !is_for(vcpu, *cause));
	return true;
}

/* ACTION_YIELD: run the next vCPU of the queue, if there is one. */
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

/* ACTION_OFF: PSCI CPU_OFF. */
static struct vcpu *turn_off(struct vcpu *vcpu)
{
	vcpu_put(vcpu);
	this_cpu()->vcpu = NULL;
	publish_state(vcpu, VCPU_OFF);
	/* A kick before this saw RUNNING. */
	visit(vcpu);
	return sched_next();
}

/* ACTION_MEET: sched_act() has met the other CPUs already. */
static struct vcpu *stay(struct vcpu *vcpu)
{
	return vcpu;
}

struct vcpu *sched_act(struct vcpu *vcpu)
{
	static struct vcpu *(*const acts[])(struct vcpu * vcpu) = {
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

void sched_resched(void)
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
	fence(); /* pairs with publish_state()'s */
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
		/* VISITED needs nothing: visit() looks at `kicked` again. */
		timer_arm(&this_cpu()->sched.visit, counter());
	}
}
