/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A GIC driver that gets everything wrong: accesses of all widths, and random
 * ones from all CPUs at once.
 */
#include <stdatomic.h>

#include "guest/hostile/hostile.h"
#include "guest/lib/lib.h"
#include "guest/text.h"

#define JUNK_ACCESSES 20000
#define JUNK_CPUIF 4000

static void load(uint64_t address, unsigned int width)
{
	switch (width) {
	case 0:
		mmio_read8(address);
		break;
	case 1:
		mmio_read16(address);
		break;
	case 2:
		mmio_read32(address);
		break;
	default:
		mmio_read64(address);
		break;
	}
}

static void store(uint64_t address, unsigned int width, uint64_t value)
{
	switch (width) {
	case 0:
		mmio_write8(address, (uint8_t)value);
		break;
	case 1:
		mmio_write16(address, (uint16_t)value);
		break;
	case 2:
		mmio_write32(address, (uint32_t)value);
		break;
	default:
		mmio_write64(address, value);
		break;
	}
}

void hostile_access(uint64_t address, unsigned int width, uint32_t *seed)
{
	if (hostile_random(seed) % 2 == 0) {
		load(address, width);
	} else {
		store(address, width, hostile_random64(seed));
	}
}

/* In steps of three, which is odd, so that every alignment is met. */
static void sweep(const struct hostile_frame *frame)
{
	for (uint32_t offset = 0; offset < frame->size; offset += 3) {
		for (unsigned int width = 0; width < HOSTILE_WIDTHS; width++) {
			load(frame->base + offset, width);
			store(frame->base + offset, width, UINT64_MAX);
			store(frame->base + offset, width, 0);
		}
	}
}

bool hostile_widths(const struct hostile_frame *frame)
{
	const struct hostile_frame *first = frame;
	uint64_t esr;

	fault_expect();
	for (; frame->size; frame++) {
		sweep(frame);
	}
	fault_count(&esr);
	fault_expect();
	for (frame = first; frame->size; frame++) {
		for (uint32_t at = 0; at < frame->size; at += 4) {
			mmio_read32(frame->base + at);
		}
	}
	return fault_count(&esr) == 0;
}

static atomic_uint running;

static void junk_here(void)
{
	uint32_t seed = 12345 + port_cpu();

	for (unsigned int i = 0; i < JUNK_ACCESSES; i++) {
		hostile_junk_mmio(&seed);
		if (i % (JUNK_ACCESSES / JUNK_CPUIF) == 0) {
			hostile_junk_cpuif(&seed);
		}
	}
	atomic_fetch_sub(&running, 1);
}

bool hostile_junk(void)
{
	unsigned int faults;
	uint64_t esr;
	bool ok = true;

	atomic_store(&running, port_nr_cpus());
	for (unsigned int cpu = 1; cpu < port_nr_cpus(); cpu++) {
		ok &= port_cpu_on(cpu, junk_here);
	}
	fault_expect();
	junk_here();
	faults = fault_count(&esr);
	while (atomic_load(&running) > 0) {
		port_relax();
	}
	for (unsigned int cpu = 1; cpu < port_nr_cpus(); cpu++) {
		while (!port_cpu_is_off(cpu)) {
			port_relax();
		}
	}
	if (faults != 0) {
		say("hostile: %u faults, ESR %lx\n", faults,
		    (unsigned long)esr);
	}
	return ok && faults == 0;
}
