/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A machine of two vCPUs whose guest, devices and host do what the bytes of an
 * input say: stream.c takes the bytes apart, stream_machine.c is the machine,
 * stream_guest.c and stream_host.c are what either side does to it, and
 * stream_account.c keeps the books.
 */
#ifndef TESTS_FUZZ_STREAM_H
#define TESTS_FUZZ_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "regs/gicv3.h"
#include "tests/fuzz/target.h"
#include "tests/machine/machine.h"

#define VCPUS 2u
#define SPIS 64u
#define LPIS 64u
/* What is accounted: a GICv3's LPIs, and as many of a GICv5's. */
#define NR_TRACKED (SPIS + LPIS)
#define RAM_SIZE 0x40000u

#define MUST(condition) \
	do { \
		if (!(condition)) { \
			stream_failed(__FILE__, __LINE__, #condition); \
		} \
	} while (0)

/* Prints it, and aborts. */
_Noreturn void stream_failed(const char *file, int line, const char *condition);

/* The input, taken from the front; past its end all bytes are zero. */
struct bytes {
	const uint8_t *at;
	size_t left;
};

uint8_t take8(struct bytes *in);
/* `count` bytes, at most 8, the lowest first. */
uint64_t take(struct bytes *in, unsigned int count);

/* Physical interrupts that virtual ones may be mapped to. */
enum { PHYS_TIMER, PHYS_SPI, NR_PHYS = PHYS_SPI + 4 };

/* machine.user */
struct books {
	/* Which callback fails, and after how many more calls of it. */
	uint8_t failing;
	uint32_t until_failure;

	/* Since the books were made up last: see stream_account.c */
	uint32_t taken[NR_TRACKED];
	uint32_t posted[NR_TRACKED];
	uint32_t messages;
	/* Something was done that takes pending state away, or brings it. */
	bool upset;
	bool was_pending[NR_TRACKED];
};

static inline struct books *books(const struct machine *m)
{
	return m->user;
}

/* stream_machine.c */
struct machine *machine_of(struct bytes *in);
void leave_all(struct machine *m);
/* INTID and pINTID of a mapped interrupt, and whose it is if it is private. */
uint32_t phys_intid(const struct machine *m, uint32_t n);

/* stream_guest.c: an access by vCPU v, repeated until it is done. */
uint64_t mmio(struct machine *m, uint32_t v, uint64_t ipa, unsigned int width,
	      bool write, uint64_t value);
uint64_t sysreg(struct machine *m, uint32_t v, uint32_t enc, bool write,
		uint64_t value);
/* Acknowledge; the INTID. */
uint32_t acknowledge(struct machine *m, uint32_t v);
void end(struct machine *m, uint32_t v, uint32_t intid);
/* What a driver does first, so that interrupts flow. */
void guest_init(struct machine *m);
/* One step of the guest's, chosen by the input. */
void guest_step(struct machine *m, uint32_t v, struct bytes *in);

/* stream_host.c */
void host_step(struct machine *m, uint32_t v, struct bytes *in);

/* stream_account.c */
/* The INTID of a tracked interrupt, and back; NR_TRACKED: it is none. */
uint32_t tracked_intid(const struct machine *m, uint32_t n);
uint32_t tracked_number(const struct machine *m, uint32_t intid);
/* A vCPU acknowledged this; a device posted an edge of it. */
void account_taken(struct machine *m, uint32_t intid);
void account_posted(struct machine *m, uint32_t intid);
/* Nobody in guest code: invariants hold, and the books balance. */
void account(struct machine *m);
/* At the end all that is left can be taken, and what comes then comes once. */
void account_drained(struct machine *m);

#endif
