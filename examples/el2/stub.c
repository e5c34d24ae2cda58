/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage 2, PSCI, and a driver for the machine's GICv3. */
#include "stub.h"

#include <stddef.h>

#define GICD 0x08000000ull
#define GICR 0x080a0000ull
#define GICR_STRIDE 0x20000ull
#define SGI_FRAME 0x10000ull
#define UART 0x09000000ull

/* Step 1 of docs/el2.md: VM, FMO, IMO, AMO, TSC (SMC traps), RW. */
#define HCR_GUEST 0x80080039ull
/* Stage 2: 39 bits of IPA from level 1, 4 KiB, inner shareable, 40 bits. */
#define VTCR_VALUE 0x80023559ull
#define S2_RAM(pa) ((pa) | 0x7fdull) /* read, write, execute; Normal */
#define S2_DEVICE(pa) ((pa) | 0x4c1ull)
#define S2_TABLE(table) ((uint64_t)(table) | 3)

#define PSCI_CPU_OFF 0x84000002u
#define PSCI_CPU_ON 0xc4000003u
#define EL1H_MASKED 0x3c5
#define SCTLR_EL1_RES1 0x30d00800

struct vcpu vcpus[MAX_CPUS];
static _Alignas(4096) uint64_t stage2[512], low[512];
extern void secondary(void);
_Static_assert(offsetof(struct vcpu, pc) == VCPU_PC, "stub.h");
_Static_assert(offsetof(struct vcpu, pstate) == VCPU_PSTATE, "stub.h");

static uint32_t load(uint64_t address)
{
	return *(volatile uint32_t *)address;
}

static void store(uint64_t address, uint32_t value)
{
	*(volatile uint32_t *)address = value;
}

/* For the compiler, which copies structures by them. */
void *memset(void *to, int c, size_t n)
{
	for (volatile unsigned char *p = to; n; n--) {
		*p++ = (unsigned char)c;
	}
	return to;
}

void *memcpy(void *to, const void *from, size_t n)
{
	const unsigned char *f = from;

	for (volatile unsigned char *p = to; n; n--) {
		*p++ = *f++;
	}
	return to;
}

void die(const char *why)
{
	for (; *why; why++) {
		store(UART, (uint32_t)*why);
	}
	store(UART, '\n');
	smc(0x84000008, 0, 0, 0); /* SYSTEM_OFF */
	for (;;) {
	}
}

void el2_fault(void)
{
	die("a fault at EL2");
}

/* The GIC: of the distributor what EL2 needs; CPU n has redistributor n. */

unsigned int gic_nr_cpus(void)
{
	unsigned int n = 1;

	while (!(load(GICR + (n - 1) * GICR_STRIDE + 8) & 0x10)) {
		n++; /* GICR_TYPER.Last */
	}
	return n < MAX_CPUS ? n : MAX_CPUS;
}

static uint64_t this_cpu(void)
{
	return read_sysreg(mpidr_el1) & 0xff;
}

static void gic_init(void)
{
	uint64_t rd = GICR + this_cpu() * GICR_STRIDE;

	store(GICD, 0x12);   /* ARE, EnableGrp1 */
	store(rd + 0x14, 0); /* GICR_WAKER */
	while (load(rd + 0x14) & 4) {
	}
	store(rd + SGI_FRAME + 0x80, UINT32_MAX); /* GICR_IGROUPR0 */
	/* The kick, the maintenance interrupt, the virtual timer. */
	store(rd + SGI_FRAME + 0x100, 1u << 0 | 1u << 25 | 1u << 27);
	write_sysreg(S3_4_C12_C9_5, 7); /* ICC_SRE_EL2: SRE, DFB, DIB */
	__asm__ volatile("isb");
	write_sysreg(S3_0_C12_C12_4, 2);  /* ICC_CTLR_EL1.EOImode */
	write_sysreg(S3_0_C4_C6_0, 0xff); /* ICC_PMR_EL1 */
	write_sysreg(S3_0_C12_C12_7, 1);  /* ICC_IGRPEN1_EL1 */
	__asm__ volatile("isb");
}

uint32_t gic_acknowledge(void)
{
	uint32_t intid = (uint32_t)read_sysreg(S3_0_C12_C12_0);

	__asm__ volatile("dsb sy" : : : "memory");
	return intid;
}

void gic_drop_priority(uint32_t intid)
{
	write_sysreg(S3_0_C12_C12_1, intid); /* ICC_EOIR1_EL1 */
	__asm__ volatile("isb");
}

void gic_deactivate(uint32_t intid)
{
	write_sysreg(S3_0_C12_C11_1, intid); /* ICC_DIR_EL1 */
	__asm__ volatile("isb");
}

void gic_set_active(uint32_t intid, bool active)
{
	uint64_t rd = GICR + this_cpu() * GICR_STRIDE + SGI_FRAME;

	store(rd + (active ? 0x300 : 0x380), 1u << intid);
}

void gic_send_sgi(uint32_t sgi, uint32_t cpu)
{
	write_sysreg(S3_0_C12_C11_5, (uint64_t)sgi << 24 | 1u << cpu);
	__asm__ volatile("isb");
}

/*
 * Guest memory is the machine's, this program's included.  Where the GIC is,
 * there is nothing: what the guest does there traps.
 */
static void make_stage2(void)
{
	stage2[0] = S2_TABLE(low);
	for (uint64_t i = 1; i < 4; i++) {
		stage2[i] = S2_RAM(i << 30);
	}
	for (uint64_t i = 0; i < 512; i++) {
		uint64_t pa = i << 21;

		low[i] = pa >= GICD && pa < UART ? 0 : S2_DEVICE(pa);
	}
}

static void enter_guests(uint32_t cpu)
{
	write_sysreg(vtcr_el2, VTCR_VALUE);
	write_sysreg(vttbr_el2, (uint64_t)stage2);
	write_sysreg(hcr_el2, HCR_GUEST);
	write_sysreg(cptr_el2, 0x33ff);
	write_sysreg(cnthctl_el2, 3);
	write_sysreg(cntvoff_el2, 0);
	write_sysreg(vpidr_el2, read_sysreg(midr_el1));
	write_sysreg(vmpidr_el2, read_sysreg(mpidr_el1));
	write_sysreg(sctlr_el1, SCTLR_EL1_RES1);
	__asm__ volatile("dsb sy; tlbi vmalls12e1; dsb sy; isb" : : : "memory");
	vcpus[cpu].index = cpu;
	vcpus[cpu].pstate = EL1H_MASKED;
	vcpu_main(&vcpus[cpu]);
}

void boot_main(uint64_t dtb)
{
	make_stage2();
	gic_init();
	vgic_init();
	vcpus[0].pc = GUEST_ENTRY;
	vcpus[0].x[0] = dtb;
	enter_guests(0);
}

void secondary_main(uint32_t cpu)
{
	gic_init();
	enter_guests(cpu);
}

/*
 * PSCI calls go to the firmware.  But CPU_ON has to start the CPU here, at EL2,
 * and CPU_OFF has to put the vCPU away before the CPU is gone.
 */
void psci(struct vcpu *vcpu)
{
	uint64_t *x = vcpu->x;
	uint64_t cpu = x[1] & 0xff;

	/* ELR_EL2 is the address of a trapped SMC, and behind an HVC. */
	vcpu->pc += read_sysreg(esr_el2) >> 26 == 0x17 ? 4 : 0;
	if ((uint32_t)x[0] == PSCI_CPU_OFF) {
		vcpu_leave(vcpu);
	}
	if (x[0] == PSCI_CPU_ON && cpu < gic_nr_cpus()) {
		int64_t err;

		vcpus[cpu].pc = x[2];
		vcpus[cpu].x[0] = x[3];
		err = smc(x[0], x[1], (uint64_t)secondary, cpu);
		x[0] = (uint64_t)err;
		return;
	}
	x[0] = (uint64_t)smc(x[0], x[1], x[2], x[3]);
}
