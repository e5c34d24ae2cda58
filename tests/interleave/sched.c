/* SPDX-License-Identifier: BSD-2-Clause */
#include "sched.h"

#include "atomics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#define STACK_SIZE (64u * 1024)
#define MAX_CHOICES 4096
#define NOBODY SCHED_THREADS

/* One decision: which of how many possibilities was taken. */
struct choice {
	uint8_t taken, of;
	uint8_t thread;
	uint16_t line;
	const char *where;
};

static struct {
	const struct sched_program *program;
	ucontext_t main, thread[SCHED_THREADS];
	bool running[SCHED_THREADS];
	unsigned int current;
	unsigned int preempted;
	struct choice choice[MAX_CHOICES];
	unsigned int nr_choices, depth;
	const char *failure;
} s = { .current = NOBODY };

static uint8_t stacks[SCHED_THREADS][STACK_SIZE] __attribute__((aligned(64)));

void sched_fail(const char *what)
{
	if (!s.failure) {
		s.failure = what;
	}
}

/* The next decision: as recorded, or the first possibility. */
static unsigned int choose(unsigned int of, const char *where,
			   unsigned int line)
{
	struct choice *c = &s.choice[s.depth];

	if (s.depth == MAX_CHOICES) {
		fprintf(stderr, "%s: endless\n", s.program->name);
		exit(1);
	}
	if (s.depth == s.nr_choices) {
		c->taken = 0;
		c->of = (uint8_t)of;
		s.nr_choices++;
	}
	c->thread = (uint8_t)s.current;
	c->where = where;
	c->line = (uint16_t)line;
	s.depth++;
	return c->taken;
}

/* The n-th thread that runs, counting from the one after `from`. */
static unsigned int nth_other(unsigned int from, unsigned int n)
{
	for (unsigned int i = 1; i <= SCHED_THREADS; i++) {
		unsigned int t = (from + i) % SCHED_THREADS;

		if (t != from && s.running[t] && n-- == 0) {
			return t;
		}
	}
	return NOBODY;
}

static unsigned int count_others(unsigned int from)
{
	unsigned int n = 0;

	for (unsigned int t = 0; t < SCHED_THREADS; t++) {
		n += t != from && s.running[t];
	}
	return n;
}

static void switch_to(unsigned int next)
{
	unsigned int from = s.current;

	s.current = next;
	if (swapcontext(&s.thread[from], &s.thread[next])) {
		abort();
	}
}

void sched_point(const char *where, unsigned int line)
{
	unsigned int others, taken;

	if (s.current == NOBODY) {
		return;
	}
	others = s.preempted < s.program->preemptions ?
			 count_others(s.current) :
			 0;
	taken = choose(1 + others, where, line);
	if (taken) {
		s.preempted++;
		switch_to(nth_other(s.current, taken - 1));
	}
}

void sched_wait(void)
{
	unsigned int others = count_others(s.current);

	if (others) {
		switch_to(nth_other(s.current, choose(others, "wait", 0)));
	}
}

static void body(void)
{
	unsigned int others;

	s.program->thread[s.current]();
	s.running[s.current] = false;
	others = count_others(s.current);
	if (!others) {
		s.current = NOBODY;
		setcontext(&s.main);
	}
	switch_to(nth_other(s.current, choose(others, "end", 0)));
}

static void run_once(void)
{
	s.depth = 0;
	s.preempted = 0;
	s.program->begin();
	for (unsigned int t = 0; t < SCHED_THREADS; t++) {
		s.running[t] = s.program->thread[t] != NULL;
		if (s.running[t]) {
			getcontext(&s.thread[t]);
			s.thread[t].uc_stack.ss_sp = stacks[t];
			s.thread[t].uc_stack.ss_size = STACK_SIZE;
			s.thread[t].uc_link = NULL;
			makecontext(&s.thread[t], body, 0);
		}
	}
	s.current = nth_other(NOBODY, choose(count_others(NOBODY), "start", 0));
	swapcontext(&s.main, &s.thread[s.current]);
	s.program->end();
}

/* Step to the next order: the last decision that has another possibility. */
static bool advance(void)
{
	while (s.nr_choices) {
		struct choice *c = &s.choice[s.nr_choices - 1];

		if (++c->taken < c->of) {
			return true;
		}
		s.nr_choices--;
	}
	return false;
}

static void print_order(void)
{
	printf("%s: %s\n", s.program->name, s.failure);
	for (unsigned int i = 0; i < s.depth; i++) {
		const struct choice *c = &s.choice[i];
		const char *name = strrchr(c->where, '/');

		printf("  thread %u at %s:%u%s\n", c->thread,
		       name ? name + 1 : c->where, c->line,
		       c->taken ? "  -> another" : "");
	}
}

bool sched_explore(const struct sched_program *program, uint64_t *orders)
{
	s.program = program;
	s.nr_choices = 0;
	s.failure = NULL;
	*orders = 0;
	do {
		run_once();
		++*orders;
		if (s.failure) {
			print_order();
			return false;
		}
	} while (advance());
	return true;
}
