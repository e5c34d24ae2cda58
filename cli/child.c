/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs and their pipes.  One thread waits in poll() for output, for room
 * to write input and for time to pass; a program with the terminal is only
 * waited for.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "say.h"

#define LINE_SIZE 512
/* The longest time until an interrupt or the time limit is noticed. */
#define POLL_MS 100
/* A program with the terminal is asked so often whether it has ended. */
#define WATCH_NS 20000000l
/* A guest that asks for more input than this is out of its mind. */
#define FEED_MAX (1 << 20)

/* Our ends of a program's standard input and output. */
struct pipes {
	int to_guest;
	int from_guest;
	int fed; /* bytes written of the input that the guest asked for */
	char line[LINE_SIZE]; /* the line that it has not ended yet */
	size_t line_len;
};

/* The signal that asked us to end, or 0. */
static volatile sig_atomic_t interrupted;

static void on_signal(int signal_number)
{
	interrupted = signal_number;
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* In the new process, which becomes the program. */
static _Noreturn void become(char **argv, bool piped, const int in[2],
			     const int out[2])
{
	/* If we are killed, and so cannot kill it, the kernel does. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (piped) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		close(in[0]);
		close(in[1]);
		close(out[0]);
		close(out[1]);
	}
	execvp(argv[0], argv);
	_exit(CHILD_NOT_STARTED);
}

static pid_t start(const struct child *c, char **argv, struct pipes *p)
{
	bool piped = !c->inherit && !c->interactive;
	int in[2], out[2];
	pid_t pid = -1;

	/* Else both processes would write what is still in our buffers. */
	fflush(NULL);
	if (!piped || (pipe(in) == 0 && pipe(out) == 0)) {
		pid = fork();
	}
	if (pid < 0) {
		die(STATUS_NO_SETUP, "cannot start %s: %s", argv[0],
		    strerror(errno));
	}
	if (pid == 0) {
		become(argv, piped, in, out);
	}
	if (piped) {
		close(in[0]);
		close(out[1]);
		p->to_guest = in[1];
		p->from_guest = out[0];
	}
	return pid;
}

void child_feed(struct child *c, int count)
{
	if (count > 0 && count <= FEED_MAX - c->feed) {
		c->feed += count;
	}
}

void child_stop(struct child *c)
{
	c->stopped = true;
}

/* The input has room: write some of what the guest asked for. */
static void feed(struct child *c, struct pipes *p)
{
	char chunk[64];
	int n = 0;

	while (n < (int)sizeof(chunk) && n < c->feed) {
		chunk[n] = (char)('a' + (p->fed + n) % 26);
		n++;
	}
	if (n == c->feed) {
		chunk[n - 1] = '\n';
	}
	n = (int)write(p->to_guest, chunk, (size_t)n);
	if (n > 0) {
		c->feed -= n;
		p->fed = c->feed ? p->fed + n : 0;
	}
}

/* Lines longer than the buffer lose their end; no line of interest is. */
static void take_byte(struct child *c, struct pipes *p, char byte)
{
	if (byte != '\n') {
		if (byte != '\r' && p->line_len < LINE_SIZE - 1) {
			p->line[p->line_len++] = byte;
		}
		return;
	}
	p->line[p->line_len] = 0;
	p->line_len = 0;
	if (c->line) {
		c->line(c, p->line);
	}
}

/* Read what there is of the output; false when it has ended. */
static bool take(struct child *c, struct pipes *p)
{
	char chunk[4096];
	ssize_t n = read(p->from_guest, chunk, sizeof(chunk));

	if (n <= 0) {
		return n < 0 && errno == EINTR;
	}
	if (c->output) {
		fwrite(chunk, 1, (size_t)n, c->output);
		fflush(c->output);
	}
	for (ssize_t i = 0; i < n; i++) {
		take_byte(c, p, chunk[i]);
	}
	return true;
}

/* Is there a reason to kill the program? */
static bool is_over(struct child *c, double began)
{
	c->seconds = now() - began;
	c->killed = c->limit && c->seconds > c->limit;
	return c->killed || c->stopped || interrupted;
}

/* Until the output ends, which it does when the program does. */
static void pump(struct child *c, struct pipes *p, double began)
{
	bool open = true;

	while (open && !is_over(c, began)) {
		struct pollfd fds[2] = {
			{ .fd = p->from_guest, .events = POLLIN },
			{ .fd = c->feed ? p->to_guest : -1, .events = POLLOUT },
		};

		poll(fds, 2, POLL_MS);
		c->seconds = now() - began;
		if (fds[0].revents) {
			open = take(c, p);
		}
		if (fds[1].revents & POLLOUT) {
			feed(c, p);
		}
	}
	close(p->to_guest);
	close(p->from_guest);
}

/* Until a program that has the terminal ends, or has to. */
static void watch(struct child *c, pid_t pid, double began)
{
	const struct timespec tick = { .tv_nsec = WATCH_NS };
	siginfo_t info = { 0 };

	while (!is_over(c, began) &&
	       waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) ==
		       0 &&
	       !info.si_pid) {
		nanosleep(&tick, NULL);
	}
}

static int status_of(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void child_run(struct child *c, char **argv)
{
	struct pipes p = { 0 };
	struct termios before;
	bool terminal = !tcgetattr(STDIN_FILENO, &before);
	void (*ints)(int), (*terms)(int), (*pipes)(int);
	double began = now();
	pid_t pid;

	if (c->progress) {
		say("%s", c->progress);
	}
	pid = start(c, argv, &p);
	/* A program that ends before its input does is no reason to die. */
	pipes = signal(SIGPIPE, SIG_IGN);
	ints = signal(SIGINT, c->interactive ? SIG_IGN : on_signal);
	terms = signal(SIGTERM, on_signal);
	if (c->inherit || c->interactive) {
		watch(c, pid, began);
	} else {
		pump(c, &p, began);
	}
	if (c->killed || c->stopped || interrupted) {
		kill(pid, SIGKILL);
	}
	c->status = status_of(pid);
	/* QEMU leaves the terminal raw when it is killed. */
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	}
	if (interrupted) {
		exit(128 + interrupted);
	}
	signal(SIGPIPE, pipes);
	signal(SIGINT, ints);
	signal(SIGTERM, terms);
	c->seconds = now() - began;
}
