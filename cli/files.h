/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the project's files are, and a place for those of one run. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stdbool.h>

/* A path inside the project, printf style. */
__attribute__((format(printf, 1, 2))) char *project(const char *format, ...);

/* A path where downloads are kept: $VGIC_STORE, or .vgic in the project. */
__attribute__((format(printf, 1, 2))) char *store(const char *format, ...);

bool file_exists(const char *path);

/* A path in this process's own directory, which goes when it ends. */
char *scratch(const char *name);

/* An empty file of that many bytes, or with these bytes, in scratch(). */
char *scratch_sparse(const char *name, unsigned long long size);
char *scratch_bytes(const char *name, const void *data, unsigned long size);

/* Run a program to its end; its exit status, 127 when it has none. */
int spawn(char *const argv[]);

/*
 * scripts/fetch for one item.  Its exit status: 0 when the item is there, 3
 * when the archive does not have it any more, else it cannot be had now.
 */
int fetch(const char *item);

#endif
