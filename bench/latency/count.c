/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How long is one call of the library?  Its sources are compiled such that
 * each function says when it begins and ends, and each basic block that it is
 * executed.  A call from outside counts its blocks; the longest of each
 * function is kept, for each thing that its program was at, and appended to
 * the file $VGIC_LATENCY when the program ends: "FUNCTION BLOCKS CALLS TOTAL
 * LABEL".
 *
 * Callbacks are the embedder's and count nothing: their code is not compiled
 * so, unless they call the library again.
 */
#include "bench/latency/latency.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define NR_SLOTS 16384u /* more than functions times labels; 2^n */

/* The longest call of a function while its program was at one thing. */
struct slot {
	void *function;
	const char *label;
	uint64_t longest, calls, total;
};

static struct slot slots[NR_SLOTS];
static const char *label = "-";

/* One thread's call in progress. */
static _Thread_local struct {
	uint32_t depth;
	void *function;
	uint64_t blocks;
} call;

/* What the compiler calls. */
void __cyg_profile_func_enter(void *function, void *site);
void __cyg_profile_func_exit(void *function, void *site);
void __sanitizer_cov_trace_pc(void);

void latency_label(const char *what)
{
	label = what;
}

static struct slot *slot_of(void *function)
{
	uint32_t n = (uint32_t)(((uintptr_t)function >> 4) + (uintptr_t)label);

	for (;; n++) {
		struct slot *s = &slots[n % NR_SLOTS];

		if (!s->function) {
			s->function = function;
			s->label = label;
		}
		if (s->function == function && s->label == label) {
			return s;
		}
	}
}

void __cyg_profile_func_enter(void *function, void *site)
{
	(void)site;
	if (call.depth++ == 0) {
		call.function = function;
		call.blocks = 0;
	}
}

void __cyg_profile_func_exit(void *function, void *site)
{
	struct slot *s;

	(void)function;
	(void)site;
	if (--call.depth) {
		return;
	}
	s = slot_of(call.function);
	s->calls++;
	s->total += call.blocks;
	if (call.blocks > s->longest) {
		s->longest = call.blocks;
	}
}

void __sanitizer_cov_trace_pc(void)
{
	call.blocks++;
}

/* Only functions that can be linked to have names. */
static void __attribute__((destructor)) tell(void)
{
	const char *path = getenv("VGIC_LATENCY");
	FILE *out = path ? fopen(path, "a") : NULL;

	for (uint32_t i = 0; out && i < NR_SLOTS; i++) {
		const struct slot *s = &slots[i];
		Dl_info info;

		if (s->function && dladdr(s->function, &info) &&
		    info.dli_saddr == s->function) {
			fprintf(out,
				"%s %" PRIu64 " %" PRIu64 " %" PRIu64 " %s\n",
				info.dli_sname, s->longest, s->calls, s->total,
				s->label);
		}
	}
	if (out) {
		fclose(out);
	}
}
