/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stream of guest accesses, device edges, messages and host calls on two
 * vCPUs of a GICv2, a GICv3 with an ITS, or a GICv5.  The first byte says
 * which, and which CPU interface; the second whether vCPUs stay in guest code
 * between steps and whether the guest has set up its GIC; the third what
 * callback of the host fails and when.  Then each step has a byte that says
 * who acts, and those that say how.
 */
#include <stdio.h>

#include "tests/fuzz/stream.h"

#define MOST_STEPS 2000u
#define STAY 1u
#define PREPARED 2u

void stream_failed(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: %s\n", file, line, condition);
	abort();
}

uint8_t take8(struct bytes *in)
{
	if (!in->left) {
		return 0;
	}
	in->left--;
	return *in->at++;
}

uint64_t take(struct bytes *in, unsigned int count)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < count; i++) {
		value |= (uint64_t)take8(in) << 8 * i;
	}
	return value;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes in = { data, size };
	struct machine *m = machine_of(&in);
	uint8_t mode = take8(&in);

	if (mode & PREPARED) {
		guest_init(m);
	}
	books(m)->failing = take8(&in);
	books(m)->until_failure = books(m)->failing >> 2;
	for (uint32_t step = 0; in.left && step < MOST_STEPS; step++) {
		uint8_t who = take8(&in);
		uint32_t v = who & 1;

		if (who & 2) {
			host_step(m, v, &in);
		} else {
			guest_step(m, v, &in);
		}
		machine_serve_all(m);
		if (!(mode & STAY) || (who & 0xc0) == 0xc0) {
			leave_all(m);
			account(m);
		}
	}
	account_drained(m);
	free(m->user);
	machine_free(m);
	return 0;
}
