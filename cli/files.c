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

static char *inside(const char *folder, const char *format, va_list args)
{
	char *tail;

	if (vasprintf(&tail, format, args) < 0) {
		die(STATUS_NO_SETUP, "out of memory");
	}
	return text("%s/%s", folder, tail);
}

char *project(const char *format, ...)
{
	va_list args;
	char *path;

	va_start(args, format);
	path = inside(VGIC_ROOT, format, args);
	va_end(args);
	return path;
}

char *store(const char *format, ...)
{
	const char *folder = getenv("VGIC_STORE");
	va_list args;
	char *path;

	va_start(args, format);
	path = inside(folder ? folder : VGIC_ROOT "/.vgic", format, args);
	va_end(args);
	return path;
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

int spawn(char *const argv[])
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		die(STATUS_NO_SETUP, "cannot start %s: %s", argv[0],
		    strerror(errno));
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 127;
}

int fetch(const char *item)
{
	return spawn((char *[]){ project("scripts/fetch"), (char *)item,
				 NULL });
}
