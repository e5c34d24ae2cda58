/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions of a program of ours, by address; binutils' nm reads them. */
#ifndef CLI_SYMBOLS_H
#define CLI_SYMBOLS_H

#include <stddef.h>
#include <stdint.h>

struct symbol {
	uint64_t start, end; /* the end is where the next one begins */
	const char *name;
};

struct symbols {
	struct symbol *list; /* by address */
	size_t count;
};

/*
 * The functions of an ELF file that lies `offset` above the address which it
 * was linked for.  Ends the process when there are none.
 */
struct symbols symbols_read(const char *elf, uint64_t offset);

/* The function at an address, or null. */
const struct symbol *symbols_at(const struct symbols *s, uint64_t address);

/*
 * The function of this name.  Ends the process when it is not there.
 */
const struct symbol *symbols_named(const struct symbols *s, const char *name);

#endif
