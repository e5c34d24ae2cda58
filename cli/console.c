/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "console.h"
#include "say.h"

#define LINE_SIZE 512
#define POLL_MS 100
/* A guest that asks for more input than this is out of its mind. */
#define FEED_MAX (1 << 20)

struct pipes {
	int to_guest;
	int from_guest;
	int fed; /* bytes of the current request written */
	char line[LINE_SIZE];
	size_t line_len;
};

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

static void child(char **argv, bool interactive, const int in[2],
		  const int out[2])
{
	/* QEMU never outlives this command, however that ends. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (!interactive) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		close(in[0]);
		close(in[1]);
		close(out[0]);
		close(out[1]);
	}
	execvp(argv[0], argv);
	say("cannot start %s: %s", argv[0], strerror(errno));
	_exit(127);
}

static pid_t start(struct console *c, char **argv, struct pipes *p)
{
	int in[2], out[2];
	pid_t pid;

	if (!c->interactive && (pipe(in) < 0 || pipe(out) < 0)) {
		die(STATUS_NO_SETUP, "cannot start QEMU: %s",
		    strerror(errno));
	}
	fflush(NULL);
	pid = fork();
	if (pid < 0) {
		die(STATUS_NO_SETUP, "cannot start QEMU: %s",
		    strerror(errno));
	}
	if (pid == 0) {
		child(argv, c->interactive, in, out);
	}
	if (!c->interactive) {
		close(in[0]);
		close(out[1]);
		p->to_guest = in[1];
		p->from_guest = out[0];
	}
	return pid;
}

void console_feed(struct console *c, int count)
{
	if (count > 0 && count <= FEED_MAX - c->feed) {
		c->feed += count;
	}
}

void console_stop(struct console *c)
{
	c->stopped = true;
}

/* The pipe has room: write some of what the guest asked for. */
static void feed(struct console *c, struct pipes *p)
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

static void take_byte(struct console *c, struct pipes *p, char byte)
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

/* False at the end of the guest's output. */
static bool take(struct console *c, struct pipes *p)
{
	char chunk[4096];
	ssize_t n = read(p->from_guest, chunk, sizeof(chunk));

	if (n <= 0) {
		return n < 0 && errno == EINTR;
	}
	if (!c->quiet) {
		fwrite(chunk, 1, (size_t)n, stdout);
		fflush(stdout);
	}
	for (ssize_t i = 0; i < n; i++) {
		take_byte(c, p, chunk[i]);
	}
	return true;
}

static void pump(struct console *c, struct pipes *p, double began)
{
	bool open = true;

	while (open && !c->stopped && !interrupted) {
		struct pollfd fds[2] = {
			{ .fd = p->from_guest, .events = POLLIN },
			{ .fd = c->feed ? p->to_guest : -1,
			  .events = POLLOUT },
		};

		poll(fds, 2, POLL_MS);
		c->seconds = now() - began;
		if (c->limit && c->seconds > c->limit) {
			c->killed = true;
			return;
		}
		if (fds[0].revents) {
			open = take(c, p);
		}
		if (fds[1].revents & POLLOUT) {
			feed(c, p);
		}
	}
}

/* Wait for QEMU while it has the terminal. */
static int watch(struct console *c, pid_t pid, double began)
{
	struct timespec tick = { .tv_nsec = POLL_MS * 1000000l };
	int status;

	while (!waitpid(pid, &status, WNOHANG)) {
		c->seconds = now() - began;
		if (c->limit && c->seconds > c->limit && !c->killed) {
			c->killed = true;
			kill(pid, SIGKILL);
		}
		nanosleep(&tick, NULL);
	}
	return status;
}

static int wait_for(struct console *c, pid_t pid, struct pipes *p)
{
	int status;

	if (c->killed || c->stopped || interrupted) {
		kill(pid, SIGKILL);
	}
	close(p->to_guest);
	close(p->from_guest);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return status;
}

void console_run(struct console *c, char **argv)
{
	struct pipes p = { 0 };
	struct termios before;
	bool terminal = !tcgetattr(STDIN_FILENO, &before);
	double began = now();
	pid_t pid;
	int status;

	pid = start(c, argv, &p);
	signal(SIGPIPE, SIG_IGN);
	if (c->interactive) {
		/* Ctrl-C is the guest's; QEMU gets what the keys mean. */
		signal(SIGINT, SIG_IGN);
		status = watch(c, pid, began);
		signal(SIGINT, SIG_DFL);
	} else {
		signal(SIGINT, on_signal);
		signal(SIGTERM, on_signal);
		pump(c, &p, began);
		status = wait_for(c, pid, &p);
	}
	if (terminal) {
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
	}
	if (interrupted) {
		exit(128 + interrupted);
	}
	c->seconds = now() - began;
	c->status = WIFEXITED(status) ? WEXITSTATUS(status) :
					128 + WTERMSIG(status);
}
