/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files.h"
#include "say.h"

static char *scratch_dir;

char *project(const char *format, ...)
{
	va_list args;
	char *tail;

	va_start(args, format);
	if (vasprintf(&tail, format, args) < 0) {
		die(STATUS_NO_SETUP, "out of memory");
	}
	va_end(args);
	return text("%s/%s", VGIC_ROOT, tail);
}

bool file_exists(const char *path)
{
	return !access(path, R_OK);
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_scratch(void)
{
	nftw(scratch_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

char *scratch(const char *name)
{
	if (!scratch_dir) {
		const char *tmp = getenv("TMPDIR");

		scratch_dir = text("%s/vgic-XXXXXX", tmp ? tmp : "/tmp");
		if (!mkdtemp(scratch_dir)) {
			die(STATUS_NO_SETUP, "cannot make %s: %s", scratch_dir,
			    strerror(errno));
		}
		atexit(remove_scratch);
	}
	return text("%s/%s", scratch_dir, name);
}

static int scratch_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0) {
		die(STATUS_NO_SETUP, "cannot write %s: %s", path,
		    strerror(errno));
	}
	return fd;
}

char *scratch_sparse(const char *name, unsigned long long size)
{
	char *path = scratch(name);
	int fd = scratch_open(path);

	if (ftruncate(fd, (off_t)size) < 0) {
		die(STATUS_NO_SETUP, "cannot write %s: %s", path,
		    strerror(errno));
	}
	close(fd);
	return path;
}

char *scratch_bytes(const char *name, const void *data, unsigned long size)
{
	const char *from = data;
	char *path = scratch(name);
	int fd = scratch_open(path);

	while (size) {
		ssize_t n = write(fd, from, size);

		if (n <= 0) {
			die(STATUS_NO_SETUP, "cannot write %s: %s", path,
			    strerror(errno));
		}
		from += n;
		size -= (unsigned long)n;
	}
	close(fd);
	return path;
}

int fetch(const char *item)
{
	char *script = project("scripts/fetch");
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execl(script, script, item, (char *)NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		die(STATUS_NO_SETUP, "cannot start %s: %s", script,
		    strerror(errno));
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}
