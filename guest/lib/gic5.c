/* SPDX-License-Identifier: BSD-2-Clause */
#include "guest/lib/gic5.h"

#include "guest/lib/asm.h"
#include "guest/lib/machine.h"

#define IRS_BASE UINT64_C(0x08010000)
#define LPI_ID_BITS 16
#define L2_TABLE_SIZE 4096
#define L2_TABLE_LPIS (L2_TABLE_SIZE / 4)
#define NR_L2_TABLES (1u << LPI_ID_BITS) / L2_TABLE_LPIS
#define L2_TABLES_OWNED 4
#define PRIORITY_LOWEST UINT64_C(0x1f1f1f1f1f1f1f1f)
#define PCR_OPEN 0x1f

static _Alignas(4096) uint64_t l1_table[NR_L2_TABLES];
static _Alignas(4096) uint8_t l2_tables[L2_TABLES_OWNED][L2_TABLE_SIZE];
static unsigned int l2_tables_used;

void gic_init_cpu(void)
{
}

/*
 * The enables are written before anything else: QEMU 11.1's CPU interface
 * has no candidate to compare with until they are.
 */
void gic_init(void)
{
	gic5_write(ICC_PPI_ENABLER0_EL1, 0);
	gic5_write(ICC_PPI_ENABLER1_EL1, 0);
}

/* MRS and MSR, SYSL and SYS: the number is part of the instruction. */
#define READABLE(X) \
	X(ICC_PPI_HMR0_EL1, "mrs %0, S3_0_C12_C10_0") \
	X(ICC_IDR0_EL1, "mrs %0, S3_0_C12_C10_2") \
	X(ICC_HPPIR_EL1, "mrs %0, S3_0_C12_C10_3") \
	X(ICC_ICSR_EL1, "mrs %0, S3_0_C12_C10_4") \
	X(ICC_IAFFIDR_EL1, "mrs %0, S3_0_C12_C10_5") \
	X(ICC_PPI_ENABLER0_EL1, "mrs %0, S3_0_C12_C10_6") \
	X(ICC_PPI_CACTIVER0_EL1, "mrs %0, S3_0_C12_C13_0") \
	X(ICC_PPI_SACTIVER0_EL1, "mrs %0, S3_0_C12_C13_2") \
	X(ICC_PPI_CPENDR0_EL1, "mrs %0, S3_0_C12_C13_4") \
	X(ICC_PPI_SPENDR0_EL1, "mrs %0, S3_0_C12_C13_6") \
	X(ICC_PPI_PRIORITYR0_EL1, "mrs %0, S3_0_C12_C14_0") \
	X(ICC_APR_EL1, "mrs %0, S3_1_C12_C0_0") \
	X(ICC_CR0_EL1, "mrs %0, S3_1_C12_C0_1") \
	X(ICC_PCR_EL1, "mrs %0, S3_1_C12_C0_2") \
	X(GICR_CDIA, "sysl %0, #0, C12, C3, #0") \
	X(GICR_CDNMIA, "sysl %0, #0, C12, C3, #1")
#define WRITABLE(X) \
	X(ICC_ICSR_EL1, "msr S3_0_C12_C10_4, %0") \
	X(ICC_PPI_ENABLER0_EL1, "msr S3_0_C12_C10_6, %0") \
	X(ICC_PPI_ENABLER1_EL1, "msr S3_0_C12_C10_7, %0") \
	X(ICC_PPI_CACTIVER0_EL1, "msr S3_0_C12_C13_0, %0") \
	X(ICC_PPI_SACTIVER0_EL1, "msr S3_0_C12_C13_2, %0") \
	X(ICC_PPI_CPENDR0_EL1, "msr S3_0_C12_C13_4, %0") \
	X(ICC_PPI_SPENDR0_EL1, "msr S3_0_C12_C13_6, %0") \
	X(ICC_PPI_PRIORITYR0_EL1, "msr S3_0_C12_C14_0, %0") \
	X(ICC_PPI_PRIORITYR0_EL1 + 3, "msr S3_0_C12_C14_3, %0") \
	X(ICC_APR_EL1, "msr S3_1_C12_C0_0, %0") \
	X(ICC_CR0_EL1, "msr S3_1_C12_C0_1, %0") \
	X(ICC_PCR_EL1, "msr S3_1_C12_C0_2, %0") \
	X(GIC_CDDIS, "sys #0, C12, C1, #0, %0") \
	X(GIC_CDEN, "sys #0, C12, C1, #1, %0") \
	X(GIC_CDPRI, "sys #0, C12, C1, #2, %0") \
	X(GIC_CDAFF, "sys #0, C12, C1, #3, %0") \
	X(GIC_CDPEND, "sys #0, C12, C1, #4, %0") \
	X(GIC_CDRCFG, "sys #0, C12, C1, #5, %0") \
	X(GIC_CDEOI, "sys #0, C12, C1, #7, %0") \
	X(GIC_CDDI, "sys #0, C12, C2, #0, %0") \
	X(GIC_CDHM, "sys #0, C12, C2, #1, %0")

#define GSB_SYS_INSN ".inst 0xd508c01f"
#define GSB_ACK_INSN ".inst 0xd508c03f"

uint64_t gic5_read(uint32_t name)
{
	uint64_t value = 0;

	switch (name) {
#define READ_CASE(id, insn) \
	case id: \
		__asm__ volatile(insn : "=r"(value) : : "memory"); \
		break;
	READABLE(READ_CASE)
	}
	__asm__ volatile(GSB_ACK_INSN "; isb" : : : "memory");
	return value;
}

void gic5_write(uint32_t name, uint64_t value)
{
	/* What a handler shall find is stored before it is let loose. */
	__asm__ volatile("dsb sy" : : : "memory");
	switch (name) {
#define WRITE_CASE(id, insn) \
	case id: \
		__asm__ volatile(insn : : "r"(value) : "memory"); \
		break;
	WRITABLE(WRITE_CASE)
	}
	__asm__ volatile(GSB_SYS_INSN "; isb" : : : "memory");
}

uint32_t irs_read(uint32_t offset)
{
	return mmio_read32(IRS_BASE + offset);
}

uint64_t irs_read64(uint32_t offset)
{
	return mmio_read64(IRS_BASE + offset);
}

void irs_write(uint32_t offset, uint32_t value)
{
	__asm__ volatile("dsb sy" : : : "memory");
	mmio_write32(IRS_BASE + offset, value);
}

void irs_write64(uint32_t offset, uint64_t value)
{
	__asm__ volatile("dsb sy" : : : "memory");
	mmio_write64(IRS_BASE + offset, value);
}

static void wait_idle(uint32_t status)
{
	while (!(irs_read(status) & 1)) {
	}
}

bool gic5_make_ist(void)
{
	irs_write(IRS_CR0, IRS_CR0_IRSEN);
	while (!(irs_read(IRS_CR0) & IRS_CR0_IDLE)) {
	}
	irs_write(IRS_IST_CFGR,
		  (uint32_t)(FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS,
				       LPI_ID_BITS) |
			     IRS_IST_CFGR_STRUCTURE));
	irs_write64(IRS_IST_BASER,
		    (uint64_t)(uintptr_t)l1_table | IRS_IST_BASER_VALID);
	wait_idle(IRS_IST_STATUSR);
	return irs_read64(IRS_IST_BASER) & IRS_IST_BASER_VALID;
}

bool gic5_add_lpis(uint32_t lpi)
{
	volatile uint64_t *entry = &l1_table[lpi / L2_TABLE_LPIS];

	if (*entry & L1_ISTE_VALID) {
		return true;
	}
	if (l2_tables_used == L2_TABLES_OWNED) {
		return false;
	}
	*entry = (uint64_t)(uintptr_t)l2_tables[l2_tables_used++];
	irs_write(IRS_MAP_L2_ISTR, lpi);
	wait_idle(IRS_IST_STATUSR);
	/* The IRS itself makes the entry valid, in our memory. */
	return *entry & L1_ISTE_VALID;
}

void gic5_open(void)
{
	gic5_write(ICC_PPI_ENABLER0_EL1, 0);
	gic5_write(ICC_PPI_ENABLER1_EL1, 0);
	gic5_write(ICC_PPI_PRIORITYR0_EL1, PRIORITY_LOWEST);
	gic5_write(ICC_PPI_PRIORITYR0_EL1 + 3, PRIORITY_LOWEST);
	gic5_write(ICC_PCR_EL1, PCR_OPEN);
	gic5_write(ICC_CR0_EL1, gic5_read(ICC_CR0_EL1) | ICC_CR0_EL1_EN);
}

void gic5_pend(uint32_t intid, bool pending)
{
	gic5_write(GIC_CDPEND, intid | (pending ? GIC_CDPEND_PENDING : 0));
}

void gic5_priority(uint32_t intid, uint32_t priority)
{
	gic5_write(GIC_CDPRI, intid | FIELD_PUT(GIC_CDPRI_PRIORITY, priority));
}

void gic5_affinity(uint32_t intid, uint32_t iaffid)
{
	gic5_write(GIC_CDAFF, intid | FIELD_PUT(GIC_CDAFF_IAFFID, iaffid));
}

void gic5_handling(uint32_t intid, bool level)
{
	gic5_write(GIC_CDHM, intid | (level ? GIC_CDHM_HM : 0));
}

uint64_t gic5_config(uint32_t intid)
{
	gic5_write(GIC_CDRCFG, intid);
	return gic5_read(ICC_ICSR_EL1);
}
