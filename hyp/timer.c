/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Software timers: for each CPU a list sorted by deadline, and CNTHP, the EL2
 * physical timer, set to the first of them.  There are few timers for each CPU,
 * so a list is enough.
 */
#include "hyp/timer.h"

#include "hyp/arch.h"
#include "hyp/cpu.h"
#include "hyp/el2.h"
#include "hyp/lock.h"

/* Set CNTHP to the first deadline.  This CPU's own, its lock held. */
static void program(const struct cpu *cpu)
{
	if (cpu->timers.first) {
		write_sysreg(cnthp_cval_el2, cpu->timers.first->deadline);
		write_sysreg(cnthp_ctl_el2, CNT_CTL_ENABLE);
	} else {
		write_sysreg(cnthp_ctl_el2, 0);
	}
	isb();
}

/* `timer` is in the list of `cpu`, whose lock is held. */
static void unlink_timer(struct cpu *cpu, struct timer *timer)
{
	struct timer **at = &cpu->timers.first;

	while (*at != timer) {
		at = &(*at)->next;
	}
	*at = timer->next;
	atomic_store(&timer->cpu, NULL);
}

void timer_cancel(struct timer *timer)
{
	struct cpu *cpu = atomic_load(&timer->cpu);

	if (!cpu) {
		return;
	}
	spin_lock(&cpu->timers.lock);
	/* It may have expired before the lock was taken. */
	if (atomic_load(&timer->cpu) == cpu) {
		unlink_timer(cpu, timer);
		if (cpu == this_cpu()) {
			program(cpu);
		}
	}
	spin_unlock(&cpu->timers.lock);
}

void timer_arm(struct timer *timer, uint64_t deadline)
{
	struct cpu *cpu = this_cpu();
	struct timer **at;

	timer_cancel(timer);
	spin_lock(&cpu->timers.lock);
	for (at = &cpu->timers.first; *at; at = &(*at)->next) {
		if ((*at)->deadline > deadline) {
			break;
		}
	}
	timer->deadline = deadline;
	timer->next = *at;
	*at = timer;
	atomic_store(&timer->cpu, cpu);
	if (cpu->timers.first == timer) {
		program(cpu);
	}
	spin_unlock(&cpu->timers.lock);
}

void timer_run(void)
{
	struct cpu *cpu = this_cpu();

	spin_lock(&cpu->timers.lock);
	while (cpu->timers.first && cpu->timers.first->deadline <= counter()) {
		struct timer *due = cpu->timers.first;

		unlink_timer(cpu, due);
		/* `fn` may arm this timer again, and take other locks. */
		spin_unlock(&cpu->timers.lock);
		due->fn(due);
		spin_lock(&cpu->timers.lock);
	}
	program(cpu);
	spin_unlock(&cpu->timers.lock);
}

void timer_init_cpu(void)
{
	/* A boot loader may have left the guest's timers on. */
	write_sysreg(cntv_ctl_el0, 0);
	write_sysreg(cntp_ctl_el0, 0);
	program(this_cpu());
}

uint64_t timer_from_us(uint64_t us)
{
	uint64_t frequency = read_sysreg(cntfrq_el0);

	/* In two parts: the product would overflow after some hours. */
	return us / 1000000 * frequency + us % 1000000 * frequency / 1000000;
}
