/* SPDX-License-Identifier: BSD-2-Clause */
/* Paths, and files that last as long as the process. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "files.h"
#include "say.h"

/* By this the project's folder is known. */
#define LANDMARK "cli/help/run.txt"

static char *scratch_dir;
static bool scratch_kept;

bool file_exists(const char *path)
{
	return !access(path, R_OK);
}

/*
 * No path is compiled in, so that a project that is copied or moved together
 * with its builds still works.  ./vgic builds this program into build/host/cli,
 * a preset of its own or another one makes that a folder more or less.
 */
static const char *root(void)
{
	static char path[PATH_MAX];
	ssize_t length =
		*path ? 1 : readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash = path;

	while (length > 0 && slash &&
	       !file_exists(text("%s/" LANDMARK, path))) {
		slash = strrchr(path, '/');
		if (slash) {
			*slash = 0;
		}
	}
	if (length <= 0 || !slash) {
		die(STATUS_NO_SETUP,
		    "no %s in a folder above this program; "
		    "./vgic builds it where there is",
		    LANDMARK);
	}
	return path;
}

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
	path = inside(root(), format, args);
	va_end(args);
	return path;
}

char *store(const char *format, ...)
{
	const char *folder = getenv("VGIC_STORE");
	va_list args;
	char *path;

	va_start(args, format);
	path = inside(folder ? folder : project(".vgic"), format, args);
	va_end(args);
	return path;
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
	if (!scratch_kept) {
		nftw(scratch_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	}
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

const char *scratch_keep(void)
{
	scratch(".");
	scratch_kept = true;
	return scratch_dir;
}

/* Write `size` bytes of data to a new file, then make it `end` bytes long. */
static char *scratch_file(const char *name, const char *data,
			  unsigned long size, unsigned long long end)
{
	char *path = scratch(name);
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	ssize_t n = fd < 0 ? -1 : 1;

	while (size && n > 0) {
		n = write(fd, data, size);
		data += n > 0 ? n : 0;
		size -= n > 0 ? (unsigned long)n : 0;
	}
	if (n <= 0 || ftruncate(fd, (off_t)end) < 0) {
		die(STATUS_NO_SETUP, "cannot write %s: %s", path,
		    strerror(errno));
	}
	close(fd);
	return path;
}

char *scratch_sparse(const char *name, unsigned long long size)
{
	return scratch_file(name, NULL, 0, size);
}

char *scratch_bytes(const char *name, const void *data, unsigned long size)
{
	return scratch_file(name, data, size, size);
}

int spawn(char *const argv[])
{
	struct child c = { .inherit = true };

	child_run(&c, (char **)argv);
	return c.status;
}

int fetch(const char *item)
{
	return spawn(
		(char *[]){ project("scripts/fetch"), (char *)item, NULL });
}
