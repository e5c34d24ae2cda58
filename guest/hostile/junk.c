/* SPDX-License-Identifier: BSD-2-Clause */
/* A GIC driver that gets everything wrong. */
#include <stdatomic.h>

#include "guest/hostile/hostile.h"
#include "guest/lib/lib.h"
#include "guest/text.h"

#define JUNK_ACCESSES 20000
#define JUNK_ICC 4000
/* A register's four bytes and the seven after them see every alignment. */
#define WIDTHS 4

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

static void sweep(uint64_t base, uint32_t size)
{
	/* What is implemented lies in dense blocks; three is odd. */
	for (uint32_t offset = 0; offset < size; offset += 3) {
		for (unsigned int width = 0; width < WIDTHS; width++) {
			load(base + offset, width);
			store(base + offset, width, UINT64_MAX);
			store(base + offset, width, 0);
		}
	}
}

/*
 * An access that is not aligned is a fault of the guest's own making, since
 * it is to Device memory; others must not fault.  IHI 0069 12.1.3: what is
 * not supported may read as zero and be ignored.
 */
bool hostile_widths(void)
{
	uint64_t esr;

	fault_expect();
	sweep(GICD_BASE, GICD_FRAME_SIZE);
	sweep(machine_gicr_base(0), GICR_STRIDE);
	fault_count(&esr);
	fault_expect();
	for (uint32_t offset = 0; offset < GICD_FRAME_SIZE; offset += 4) {
		mmio_read32(GICD_BASE + offset);
	}
	return fault_count(&esr) == 0;
}

static void junk_mmio(uint32_t *seed)
{
	unsigned int cpu = hostile_random(seed) % port_nr_cpus();
	unsigned int width = hostile_random(seed) % WIDTHS;
	uint32_t offset = hostile_random(seed) & 0xfff & ~((1u << width) - 1);
	uint64_t value = (uint64_t)hostile_random(seed) << 40 |
			 (uint64_t)hostile_random(seed) << 20 |
			 hostile_random(seed);
	uint64_t base = GICD_BASE;

	if (hostile_random(seed) % 2 == 0) {
		base = machine_gicr_base(cpu) +
		       (hostile_random(seed) % 2) * GICR_SGI_BASE;
	} else if (hostile_random(seed) % 8 == 0) {
		offset += GICD_IROUTER;
	}
	if (hostile_random(seed) % 2 == 0) {
		load(base + offset, width);
	} else {
		store(base + offset, width, value);
	}
}

/*
 * QEMU dies of an assertion when a guest of EL2 writes 8 to ICC_BPR1_EL1
 * (seen in 7.2): it does not ignore the bits above the field.
 */
static uint64_t writable_bits(uint32_t reg)
{
	return reg == ICC_BPR0_EL1 || reg == ICC_BPR1_EL1 ? 7 : UINT64_MAX;
}

static void junk_icc(uint32_t *seed)
{
	static const uint32_t readable[] = {
		ICC_PMR_EL1, ICC_IAR0_EL1, ICC_HPPIR0_EL1, ICC_BPR0_EL1,
		ICC_AP0R0_EL1, ICC_AP1R0_EL1, ICC_RPR_EL1, ICC_IAR1_EL1,
		ICC_HPPIR1_EL1, ICC_BPR1_EL1, ICC_CTLR_EL1, ICC_SRE_EL1,
		ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1,
	};
	static const uint32_t writable[] = {
		ICC_PMR_EL1, ICC_EOIR0_EL1, ICC_BPR0_EL1, ICC_AP0R0_EL1,
		ICC_AP1R0_EL1, ICC_DIR_EL1, ICC_SGI1R_EL1, ICC_ASGI1R_EL1,
		ICC_SGI0R_EL1, ICC_EOIR1_EL1, ICC_BPR1_EL1, ICC_CTLR_EL1,
		ICC_IGRPEN0_EL1, ICC_IGRPEN1_EL1,
	};
	uint64_t value = (uint64_t)hostile_random(seed) << 32 |
			 hostile_random(seed);
	unsigned int n;
	uint32_t reg;

	/* Small numbers are interrupts that exist. */
	if (hostile_random(seed) % 2 == 0) {
		value &= 0x3f;
	}
	if (hostile_random(seed) % 2 == 0) {
		n = sizeof(readable) / sizeof(*readable);
		icc_read(readable[hostile_random(seed) % n]);
	} else {
		n = sizeof(writable) / sizeof(*writable);
		reg = writable[hostile_random(seed) % n];
		icc_write(reg, value & writable_bits(reg));
	}
}

static atomic_uint running;

static void junk_here(void)
{
	uint32_t seed = 12345 + port_cpu();

	for (unsigned int i = 0; i < JUNK_ACCESSES; i++) {
		junk_mmio(&seed);
		if (i % (JUNK_ACCESSES / JUNK_ICC) == 0) {
			junk_icc(&seed);
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
