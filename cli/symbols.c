/* SPDX-License-Identifier: BSD-2-Clause */
/* Symbols, in the format of nm: address, kind and name. */
#include "symbols.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "child.h"
#include "say.h"

#define NM "aarch64-linux-gnu-nm"
#define NAME_SIZE 128

struct reading {
	struct symbols symbols;
	size_t room;
	uint64_t offset;
};

static void add(struct reading *r, uint64_t start, const char *name)
{
	struct symbols *s = &r->symbols;

	if (s->count == r->room) {
		r->room = r->room ? 2 * r->room : 1024;
		s->list = realloc(s->list, r->room * sizeof(*s->list));
		if (!s->list) {
			die(STATUS_NO_SETUP, "out of memory");
		}
	}
	s->list[s->count++] = (struct symbol){
		.start = start,
		.end = UINT64_MAX,
		.name = text("%.*s", (int)strcspn(name, "."), name),
	};
}

/*
 * A line that nm prints, in the order of addresses.  What follows a dot in a
 * name is the compiler's: a copy for certain arguments, or another file's
 * function of that name.
 */
static void on_line(struct child *c, const char *line)
{
	struct reading *r = c->context;
	struct symbols *s = &r->symbols;
	char name[NAME_SIZE], kind;
	uint64_t address;

	if (sscanf(line, "%" SCNx64 " %c %127s", &address, &kind, name) != 3 ||
	    !strchr("tT", kind)) {
		return;
	}
	address += r->offset;
	if (s->count && s->list[s->count - 1].start == address) {
		return; /* another name for it */
	}
	if (s->count) {
		s->list[s->count - 1].end = address;
	}
	add(r, address, name);
}

struct symbols symbols_read(const char *elf, uint64_t offset)
{
	struct reading r = { .offset = offset };
	struct child c = { .line = on_line, .context = &r };

	child_run(&c,
		  (char *[]){ (char *)NM, (char *)"-n", (char *)elf, NULL });
	if (c.status || !r.symbols.count) {
		die(STATUS_NO_SETUP, "%s: " NM " finds no functions", elf);
	}
	return r.symbols;
}

const struct symbol *symbols_at(const struct symbols *s, uint64_t address)
{
	size_t low = 0, high = s->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (s->list[middle].end <= address) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < s->count && s->list[low].start <= address ? &s->list[low] :
								 NULL;
}

const struct symbol *symbols_named(const struct symbols *s, const char *name)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!strcmp(s->list[i].name, name)) {
			return &s->list[i];
		}
	}
	die(STATUS_NO_SETUP, "no function %s in a program of ours", name);
}
