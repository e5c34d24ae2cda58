/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where files are: those of the project, what was downloaded, and those that
 * last as long as this process unless it keeps them.
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include <stdbool.h>

/*
 * A path inside the project, printf style.  The project is the folder above
 * this program that holds it, wherever that has been moved to.
 */
__attribute__((format(printf, 1, 2))) char *project(const char *format, ...);

/* A path where downloads are kept: $VGIC_STORE, or .vgic in the project. */
__attribute__((format(printf, 1, 2))) char *store(const char *format, ...);

bool file_exists(const char *path);

/* A path in this process's own folder, which is deleted when it ends. */
char *scratch(const char *name);

/* Leave that folder where it is.  Returns its path. */
const char *scratch_keep(void);

/* A file there, of `size` bytes: zeros on no disk blocks, or a copy of data. */
char *scratch_sparse(const char *name, unsigned long long size);
char *scratch_bytes(const char *name, const void *data, unsigned long size);

/* Run a program to its end, on our terminal; its exit status. */
int spawn(char *const argv[]);

/*
 * Run scripts/fetch for one item.  Its exit status: 0 when the item is there,
 * 3 when Debian's archive has dropped it, anything else when it cannot be had
 * now.
 */
int fetch(const char *item);

#endif
