/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/steps.h"

#include <signal.h>
#include <stddef.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/host.h"

static void nothing(void)
{
}

/* The child stops before and after the call. */
static _Noreturn void child(void (*volatile run)(void))
{
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) {
		_exit(1);
	}
	raise(SIGSTOP);
	run();
	raise(SIGSTOP);
	_exit(0);
}

/* Steps from one stop to the next. */
static unsigned long between_stops(pid_t pid)
{
	unsigned long steps = 0;
	int status;

	do {
		if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
			bench_die("this host does not let ptrace step");
		}
		steps++;
	} while (WSTOPSIG(status) == SIGTRAP);
	if (WSTOPSIG(status) != SIGSTOP) {
		bench_die("a measured function ended by a signal");
	}
	return steps;
}

static unsigned long steps_of(void (*run)(void))
{
	pid_t pid = fork();
	unsigned long steps;
	int status;

	if (pid == 0) {
		child(run);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
		bench_die("this host does not let ptrace stop");
	}
	steps = between_stops(pid);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return steps;
}

unsigned long bench_steps(void (*run)(void))
{
	return steps_of(run) - steps_of(nothing);
}
