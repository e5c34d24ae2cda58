/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * docs/limits.md: parts of the architecture that this library does not have,
 * and what a guest finds in their place.  Rows of that table name these tests.
 */
#include "regs/ich.h"
#include "tests/machine/irs.h"
#include "tests/machine/its.h"
#include "tests/machine/test.h"

#define ONES UINT32_MAX

/* Bits and registers of what is absent.  IHI 0069 12.9, 12.11, 12.19 */
#define GICD_TYPER_ESPI (1u << 8)
#define GICD_TYPER_NMI (1u << 9)
#define GICD_TYPER_ESPI_range_SHIFT 27
#define GICD_TYPER_ESPI_range_WIDTH 5
#define GICD_CLRSPI_SR 0x0058
#define GICD_SETSPI_SR 0x0050
#define GICD_INMIR 0x0f80
#define GICD_IGROUPR0E 0x1000
#define GICD_IROUTER0E 0x8000
#define GICR_TYPER_DirectLPI (1u << 3)
#define GICR_TYPER_MPAM (1u << 6)
#define GICR_TYPER_PPInum_SHIFT 27
#define GICR_TYPER_PPInum_WIDTH 5
#define GICR_MPAMIDR 0x0018
#define GICR_PARTIDR 0x001c
#define GICR_SETLPIR 0x0040
#define GICR_CLRLPIR 0x0048
#define GICR_IGROUPR1E 0x10084
#define GICR_INMIR0 0x10f80
#define GITS_TYPER_Virtual (UINT64_C(1) << 1)
#define ICC_NMIAR1_EL1 SYSREG_ENC(3, 0, 12, 9, 5)
#define ICC_CTLR_EL3 SYSREG_ENC(3, 6, 12, 12, 4)
#define ICC_SRE_EL3 SYSREG_ENC(3, 6, 12, 12, 5)
#define ICC_IGRPEN1_EL3 SYSREG_ENC(3, 6, 12, 12, 7)

static const char *const gicv3_backends[] = { "ich", "soft", "legacy" };

#define NR(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t gicd(struct machine *m, uint32_t offset)
{
	return guest_read32(m, 0, MACHINE_GICD + offset);
}

/* Reserved for its feature: RAZ/WI, and no mistake. */
static void is_res0(struct machine *m, uint64_t ipa)
{
	assert_mistakes(m, 0, guest_write32(m, 0, ipa, ONES));
	assert_mistakes(m, 0, assert_hex(guest_read32(m, 0, ipa), 0));
}

/* Not there: RAZ/WI, and each access is counted. */
static void is_absent(struct machine *m, uint64_t ipa)
{
	assert_mistakes(m, 1, guest_write32(m, 0, ipa, ONES));
	assert_mistakes(m, 1, assert_hex(guest_read32(m, 0, ipa), 0));
}

/*
 * A guest's MRS or MSR is UNDEFINED; what an embedder gets that asks all the
 * same.
 */
static void is_undefined(struct machine *m, uint32_t enc, enum vgic_trap asked)
{
	uint64_t value = 0;

	assert_true(guest_is_undefined(m, 0, enc, false));
	assert_true(guest_is_undefined(m, 0, enc, true));
	stop(m, 0);
	assert_int_equal(vgic_trap_sysreg(m->vcpu[0], enc, false, &value),
			 asked);
	assert_int_equal(vgic_trap_sysreg(m->vcpu[0], enc, true, &value),
			 asked);
}

/* The same for a GICv3's guest on each of its CPU interfaces. */
static void is_undefined_in_gicv3(uint32_t enc)
{
	for (size_t i = 0; i < NR(gicv3_backends); i++) {
		struct machine *m =
			machine_new(CONFIG(.backend = gicv3_backends[i]));

		is_undefined(m, enc,
			     m->backend->soft ? VGIC_TRAP_UNDEF :
						VGIC_TRAP_NOT_MINE);
		machine_end(m);
	}
}

TEST(no_security_states)
{
	MACHINE(.backend = "ich");

	guest_write32(m, 0, MACHINE_GICD + GICD_CTLR,
		      ~(GICD_CTLR_DS | GICD_CTLR_ARE));
	assert_hex(gicd(m, GICD_CTLR), GICD_CTLR_DS | GICD_CTLR_ARE |
					       GICD_CTLR_EnableGrp0 |
					       GICD_CTLR_EnableGrp1);
	assert_false(gicd(m, GICD_TYPER) & GICD_TYPER_SecurityExtn);
	is_res0(m, MACHINE_GICD + GICD_IGRPMODR + 4);
	is_res0(m, MACHINE_GICD + GICD_NSACR + 8);
	is_res0(m, gicr(0, GICR_IGRPMODR0));
	is_res0(m, gicr(0, GICR_NSACR));
	machine_end(m);
	m = machine_new(CONFIG(.backend = "gich"));
	assert_false(gicd(m, GICD_TYPER) & GICD_TYPER_SecurityExtn);
	is_res0(m, MACHINE_GICD + GICD_NSACR + 8);
	machine_end(m);
}

TEST(no_el3_registers)
{
	static const uint32_t gicv5[] = { ICC_CR0_EL3, ICC_PCR_EL3, GIC_LDEN };
	struct machine *m = machine_new(CONFIG(.backend = "soft-v5"));

	(void)state;
	is_undefined_in_gicv3(ICC_CTLR_EL3);
	is_undefined_in_gicv3(ICC_SRE_EL3);
	is_undefined_in_gicv3(ICC_IGRPEN1_EL3);
	for (size_t i = 0; i < NR(gicv5); i++) {
		is_undefined(m, gicv5[i], VGIC_TRAP_UNDEF);
	}
	machine_end(m);
}

TEST(no_way_back_to_gicv2)
{
	static const uint32_t of_gicv2[] = {
		GICD_ITARGETSR + 32,
		GICD_SGIR,
		GICD_CPENDSGIR,
		GICD_SPENDSGIR,
	};

	(void)state;
	for (size_t i = 0; i < NR(gicv3_backends); i++) {
		MACHINE(.backend = gicv3_backends[i]);

		for (size_t n = 0; n < NR(of_gicv2); n++) {
			is_res0(m, MACHINE_GICD + of_gicv2[n]);
		}
		guest_write(m, 0, ICC_SRE_EL1, 0);
		assert_hex(guest_read(m, 0, ICC_SRE_EL1),
			   ICC_SRE_SRE | ICC_SRE_DFB | ICC_SRE_DIB);
		assert_int_equal(vgic_set_cpu_base(m->gic, MACHINE_GICC),
				 VGIC_E_NOTSUP);
		machine_end(m);
	}
}

TEST(no_extended_ranges)
{
	static const uint32_t intids[] = { 1020, 1056, 1119, 4096, 5119 };

	(void)state;
	for (size_t i = 0; i < NR(gicv3_backends); i++) {
		MACHINE(.backend = gicv3_backends[i]);

		assert_false(
			gicd(m, GICD_TYPER) &
			(GICD_TYPER_ESPI | FIELD_MASK(GICD_TYPER_ESPI_range)));
		assert_false(guest_read32(m, 0, gicr(0, GICR_TYPER)) &
			     FIELD_MASK(GICR_TYPER_PPInum));
		assert_false(guest_read(m, 0, ICC_CTLR_EL1) &
			     ICC_CTLR_EL1_ExtRange);
		is_absent(m, MACHINE_GICD + GICD_IGROUPR0E);
		is_absent(m, MACHINE_GICD + GICD_IROUTER0E);
		is_absent(m, gicr(0, GICR_IGROUPR1E));
		for (size_t n = 0; n < NR(intids); n++) {
			assert_int_equal(vgic_inject_irq(m->gic, 0, intids[n],
							 true, NULL),
					 VGIC_E_NOENT);
		}
		machine_end(m);
	}
}

TEST(no_nmis)
{
	MACHINE(.backend = "ich");

	assert_false(gicd(m, GICD_TYPER) & GICD_TYPER_NMI);
	is_absent(m, MACHINE_GICD + GICD_INMIR);
	is_absent(m, gicr(0, GICR_INMIR0));
	machine_end(m);
	is_undefined_in_gicv3(ICC_NMIAR1_EL1);
	m = machine_new(CONFIG(.backend = "soft-v5"));
	line(m, GICV5_PPI(PPI_PMU), true);
	assert_hex(guest_read(m, 0, GICR_CDNMIA), 0);
	machine_end(m);
}

TEST(no_message_based_spis)
{
	static const uint32_t registers[] = {
		GICD_SETSPI_NSR,
		GICD_CLRSPI_NSR,
		GICD_SETSPI_SR,
		GICD_CLRSPI_SR,
	};
	MACHINE(.backend = "ich");

	assert_false(gicd(m, GICD_TYPER) & GICD_TYPER_MBIS);
	for (size_t i = 0; i < NR(registers); i++) {
		assert_mistakes(
			m, 1,
			guest_write32(m, 0, MACHINE_GICD + registers[i], 40));
		assert_false(is_pending(m, 40));
		is_absent(m, MACHINE_GICD + registers[i]);
	}
	machine_end(m);
}

TEST(no_lpis_without_an_its)
{
	ITS_MACHINE(.nr_vcpus = 1);

	assert_false(guest_read32(m, 0, gicr(0, GICR_TYPER)) &
		     GICR_TYPER_DirectLPI);
	assert_mistakes(m, 1,
			guest_write32(m, 0, gicr(0, GICR_SETLPIR), LPI(0)));
	assert_false(is_pending(m, LPI(0)));
	is_absent(m, gicr(0, GICR_SETLPIR));
	is_absent(m, gicr(0, GICR_CLRLPIR));
	assert_int_equal(vgic_inject_irq(m->gic, 0, LPI(0), true, NULL),
			 VGIC_E_INVAL);
	assert_int_equal(vgic_pulse_irq(m->gic, 0, LPI(0), NULL),
			 VGIC_E_NOTSUP);
	machine_end(m);
}

/* GICv4: commands of another kind, and frames that would follow. */
TEST(no_virtual_lpis)
{
	static const uint8_t commands[] = {
		0x21 /* VMOVI */, 0x22 /* VMOVP */,   0x23 /* VSGI */,
		0x25 /* VSYNC */, 0x29 /* VMAPP */,   0x2a /* VMAPTI */,
		0x2b /* VMAPI */, 0x2d /* VINVALL */, 0x2e /* INVDB */,
	};
	ITS_MACHINE(.nr_vcpus = 2);
	uint64_t typer = mmio_read(m, 0, gits(0, GITS_TYPER), 8);

	assert_false(gicd(m, GICD_TYPER) & GICD_TYPER_DVIS);
	assert_false(gicd(m, GICD_TYPER2));
	assert_false(guest_read32(m, 0, gicr(0, GICR_TYPER)) &
		     GICR_TYPER_VLPIS);
	assert_false(typer & GITS_TYPER_Virtual);
	for (size_t i = 0; i < NR(commands); i++) {
		assert_wrong(
			m, 1,
			command(m, 0, 0, (struct its_cmd){ { commands[i] } }));
	}
	/* Where VLPI_base would be is the next vCPU's RD_base. */
	assert_hex(mmio_read(m, 0, gicr(0, 0) + GICR_STRIDE + GICR_TYPER, 8),
		   mmio_read(m, 0, gicr(1, GICR_TYPER), 8));
	machine_end(m);
}

TEST(no_nested_guests)
{
	static const uint32_t gicv5[] = { ICH_VCTLR_EL2, ICH_APR_EL2,
					  GIC_VDPEND };
	struct machine *m = machine_new(CONFIG(.backend = "soft-v5"));

	(void)state;
	is_undefined_in_gicv3(ICH_HCR_EL2);
	is_undefined_in_gicv3(ICH_LR0_EL2);
	is_undefined_in_gicv3(ICC_SRE_EL2);
	for (size_t i = 0; i < NR(gicv5); i++) {
		is_undefined(m, gicv5[i], VGIC_TRAP_UNDEF);
	}
	assert_false(guest_read32(m, 0, MACHINE_IRS + IRS_IDR0) &
		     (IRS_IDR0_VIRT | IRS_IDR0_VIRT_ONE_N));
	assert_hex(guest_read32(m, 0, MACHINE_IRS + IRS_IDR3), 0);
	assert_hex(guest_read32(m, 0, MACHINE_IRS + IRS_IDR4), 0);
	machine_end(m);
}

TEST(no_partitions_of_memory)
{
	MACHINE(.backend = "ich");

	assert_false(guest_read32(m, 0, gicr(0, GICR_TYPER)) & GICR_TYPER_MPAM);
	is_absent(m, gicr(0, GICR_MPAMIDR));
	is_absent(m, gicr(0, GICR_PARTIDR));
	machine_end(m);
	m = machine_new(CONFIG(.backend = "soft-v5"));
	assert_false(guest_read32(m, 0, MACHINE_IRS + IRS_IDR0) &
		     (IRS_IDR0_MPAM | IRS_IDR0_MPAM2 | IRS_IDR0_MEC));
	machine_end(m);
}

/* A GICv5's LPIs come by IRS_SETLPIR and GIC CDPEND; nothing translates. */
TEST(no_its_of_a_gicv5)
{
	MACHINE(.backend = "soft-v5");
	uint64_t value = 0;

	assert_int_equal(vgic_set_its_base(m->gic, 0, MACHINE_ITS),
			 VGIC_E_NOTSUP);
	assert_int_equal(vgic_inject_msi(m->gic, 0, 0, 0), VGIC_E_NOTSUP);
	assert_int_equal(guest_mmio(m, 0, MACHINE_ITS, 4, false, &value),
			 VGIC_TRAP_NOT_MINE);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_security_states),
		cmocka_unit_test(no_el3_registers),
		cmocka_unit_test(no_way_back_to_gicv2),
		cmocka_unit_test(no_extended_ranges),
		cmocka_unit_test(no_nmis),
		cmocka_unit_test(no_message_based_spis),
		cmocka_unit_test(no_lpis_without_an_its),
		cmocka_unit_test(no_virtual_lpis),
		cmocka_unit_test(no_nested_guests),
		cmocka_unit_test(no_partitions_of_memory),
		cmocka_unit_test(no_its_of_a_gicv5),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
