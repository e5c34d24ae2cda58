/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv5 with 512 vCPUs, 65536 SPIs, and LPIs of 24 ID bits. */
#include "bench/latency/worst.h"

#include "regs/gicv5.h"

#define IRS UINT64_C(0x08010000)
#define SETLPI (IRS + 0x10000)
#define IST RAM_BASE
#define NR_SPIS 65536u
#define ID_BITS 24u
#define NR_LPIS 65536u

static void write_ist(uint64_t value)
{
	store(0, IRS + IRS_IST_BASER, 8, value);
	while (!(load(0, IRS + IRS_IST_STATUSR, 4) & IRS_IST_STATUSR_IDLE)) {
		settle(0);
	}
}

/* Two levels with 64 KiB tables: 16384 IDs behind each of 1024 entries. */
static void make_ist(void)
{
	store(0, IRS + IRS_IST_CFGR, 4,
	      FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, ID_BITS) |
		      FIELD_PUT(IRS_IST_CFGR_L2SZ, 2) | IRS_IST_CFGR_STRUCTURE);
	fill(IST, 0, 0x10000);
	write_ist(IST | IRS_IST_BASER_VALID);
	for (uint32_t i = 0; i < 4; i++) {
		poke64(IST + 8 * i, RAM_BASE + 0x100000 + i * 0x10000);
		store(0, IRS + IRS_MAP_L2_ISTR, 4, i << 14);
	}
	/* More than there are words for. */
	store(0, IRS + IRS_MAP_L2_ISTR, 4, 9u << 14);
}

static void remake_ist(void)
{
	write_ist(0);
	make_ist();
	write_ist(0);
	/* One level, of as many IDs as are backed, then of too many. */
	store(0, IRS + IRS_IST_CFGR, 4, 16);
	write_ist(IST | IRS_IST_BASER_VALID);
	write_ist(0);
	store(0, IRS + IRS_IST_CFGR, 4, ID_BITS);
	write_ist(IST | IRS_IST_BASER_VALID);
	write_ist(0);
	/* Two levels, all valid beforehand. */
	for (uint32_t i = 0; i < 1024; i++) {
		poke64(IST + 8 * i, (RAM_BASE + 0x100000) | 1);
	}
	store(0, IRS + IRS_IST_CFGR, 4,
	      FIELD_PUT(IRS_IST_CFGR_LPI_ID_BITS, ID_BITS) |
		      FIELD_PUT(IRS_IST_CFGR_L2SZ, 2) | IRS_IST_CFGR_STRUCTURE);
	write_ist(IST | IRS_IST_BASER_VALID);
	write_ist(0);
	make_ist();
}

static void each(uint32_t insn, uint64_t operand)
{
	for (uint32_t i = 0; i < NR_SPIS; i++) {
		write_sys(1, insn, GICV5_SPI(i) | operand);
		write_sys(1, insn, GICV5_LPI(i) | operand);
	}
}

static void configure(void)
{
	store(0, IRS + IRS_CR0, 4, IRS_CR0_IRSEN);
	for (uint32_t v = 0; v < MAX_VCPUS; v++) {
		write_sys(v, ICC_PCR_EL1, 31);
		write_sys(v, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	}
	make_ist();
	each(GIC_CDPRI, UINT64_C(8) << GIC_CDPRI_PRIORITY_SHIFT);
	each(GIC_CDEN, 0);
}

static void post_all(void)
{
	for (uint32_t i = 0; i < NR_SPIS; i++) {
		inject(0, GICV5_SPI(i), true);
		inject(0, GICV5_LPI(i), true);
	}
	settle(0);
	for (uint32_t i = 0; i < NR_LPIS; i += 64) {
		store(1, SETLPI + IRS_SETLPIR, 4, i);
	}
	settle(0);
}

static void change_priorities(void)
{
	each(GIC_CDPRI, UINT64_C(4) << GIC_CDPRI_PRIORITY_SHIFT);
	settle(0);
}

/*
 * Disable all interrupts while they are queued: who looks for the best one has
 * to drop each of them from the head of its list first.
 */
static void disable_queued(void)
{
	each(GIC_CDDIS, 0);
	(void)read_sys(0, GICR_CDIA);
	(void)read_sys(0, ICC_HPPIR_EL1);
	settle(0);
	each(GIC_CDEN, 0);
	settle(0);
	each(GIC_CDDIS, 0);
	settle(0);
	each(GIC_CDEN, 0);
	settle(0);
}

static void switch_irs(void)
{
	for (uint32_t n = 0; n < 4; n++) {
		store(1, IRS + IRS_CR0, 4, n % 2 ? IRS_CR0_IRSEN : 0);
		settle(0);
	}
}

static void take_all(void)
{
	for (uint32_t n = 0; n < 1024; n++) {
		uint64_t got = read_sys(0, GICR_CDIA);

		write_sys(0, GIC_CDEOI, 0);
		write_sys(0, GIC_CDDI, (uint32_t)got);
	}
}

static void route_away(void)
{
	each(GIC_CDAFF, UINT64_C(1) << GIC_CDAFF_IAFFID_SHIFT);
	settle(0);
	settle(1);
	each(GIC_CDAFF, 0);
	settle(1);
	settle(0);
}

static void opt_out(uint32_t vcpu, bool out)
{
	store(1, IRS + IRS_PE_SELR, 4, vcpu);
	store(1, IRS + IRS_PE_CR0, 4, out ? IRS_PE_CR0_DPS : 0);
}

static void one_of_n(void)
{
	for (uint32_t v = 0; v < MAX_VCPUS; v++) {
		opt_out(v, true);
	}
	each(GIC_CDAFF, GIC_CDAFF_IRM);
	settle(0);
	post_all();
}

static void take_part(void)
{
	for (uint32_t v = 0; v < 3; v++) {
		opt_out(v, false);
		settle(v);
		opt_out(v, true);
		settle(v);
	}
	opt_out(3, false);
	settle(3);
	write_sys(3, ICC_CR0_EL1, 0);
	write_sys(3, ICC_CR0_EL1, ICC_CR0_EL1_EN);
	settle(3);
}

static void reset_vcpu(void)
{
	vgic_vcpu_reset(vcpus[3], true);
	vgic_vcpu_reset(vcpus[0], true);
	settle(0);
	write_sys(0, ICC_PCR_EL1, 31);
	write_sys(0, ICC_CR0_EL1, ICC_CR0_EL1_EN);
}

static const struct worst list[] = {
	{ "the set-up of 131072 interrupts", configure },
	{ "131072 interrupts at once", post_all },
	{ "interrupts taken", take_all },
	{ "priorities of all change", change_priorities },
	{ "all disabled and enabled", disable_queued },
	{ "the IRS off and on", switch_irs },
	{ "all routed away", route_away },
	{ "1 of N, and nobody takes part", one_of_n },
	{ "1 of N, and one takes part", take_part },
	{ "a vCPU is reset", reset_vcpu },
	{ "ISTs of 24 bits made and taken away", remake_ist },
};

void worst_v5(void)
{
	struct vgic_config config = {
		.arch = &vgic_gicv5,
		.nr_vcpus = MAX_VCPUS,
		.nr_spis = NR_SPIS,
		.nr_side_entries = 8,
		.v5 = { .nr_lpis = NR_LPIS,
			.lpi_id_bits = ID_BITS,
			.nr_irs = 1,
			.ppi_implemented = { 1u << GICV5_PPI_SW_PPI, 0 } },
	};

	latency_label("create");
	worst_create(&config);
	if (vgic_set_irs_base(gic, 0, IRS)) {
		worst_die("no frames");
	}
	worst_run(list, sizeof(list) / sizeof(list[0]));
	worst_destroy();
}
