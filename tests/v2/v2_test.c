/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv2 guest on the CPU interface in software, by its registers alone. */
#include "model/ich.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "soft/gicv.h"
#include "tests/machine/test.h"

#define NR_CPUS 8
#define DIST MACHINE_GICD
#define CPU MACHINE_GICC

static struct machine *m;

static uint32_t dist_read(unsigned int cpu, uint32_t offset)
{
	return guest_read32(m, cpu, DIST + offset);
}

static void dist_write(unsigned int cpu, uint32_t offset, uint32_t value)
{
	guest_write32(m, cpu, DIST + offset, value);
}

static uint32_t cpu_read(unsigned int cpu, uint32_t offset)
{
	return guest_read32(m, cpu, CPU + offset);
}

static void cpu_write(unsigned int cpu, uint32_t offset, uint32_t value)
{
	guest_write32(m, cpu, CPU + offset, value);
}

static int set_up(void **state)
{
	(void)state;
	m = machine_new(CONFIG(.backend = "soft-v2", .nr_vcpus = NR_CPUS));
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		run(m, i);
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	machine_end(m);
	return 0;
}

static uint32_t from(uint32_t sgi, uint32_t source)
{
	return sgi | source << GICC_CPUID_SHIFT;
}

static void send(unsigned int cpu, uint32_t filter, uint32_t list, uint32_t sgi)
{
	dist_write(cpu, GICD_SGIR,
		   (uint32_t)(FIELD_PUT(GICD_SGIR_TargetListFilter, filter) |
			      FIELD_PUT(GICD_SGIR_CPUTargetList, list) |
			      FIELD_PUT(GICD_SGIR_SGIINTID, sgi)));
}

/* CPU 1 routes an SPI away from CPU 0, which has it in a list register. */
static void route_to_1(void)
{
	uint64_t list = 1u << 1;

	vgic_exit(m->vcpu[1]);
	assert_int_equal(vgic_trap_mmio(m->vcpu[1], DIST + GICD_ITARGETSR + 40,
					1, true, &list),
			 VGIC_TRAP_DONE);
	vgic_enter(m->vcpu[1]);
}

/*
 * The exit gives it to CPU 1; the acknowledge that the same trap is about must
 * not find it in the list register any more.
 */
static void an_acknowledge_finds_no_interrupt_that_is_gone(void **state)
{
	(void)state;
	dist_write(0, GICD_ISENABLER + 4, 1u << 8);
	dist_write(0, GICD_ICFGR + 8, 0);
	mmio_write(m, 0, DIST + GICD_ITARGETSR + 40, 1, 1);
	assert_int_equal(vgic_inject_irq(m->gic, 0, 40, true, NULL), VGIC_OK);
	slice(m, 0);
	route_to_1();
	assert_int_equal(cpu_read(0, GICC_IAR), SPURIOUS);
	assert_int_equal(cpu_read(1, GICC_IAR), 40);
	assert_int_equal(vgic_inject_irq(m->gic, 0, 40, false, NULL), VGIC_OK);
	cpu_write(1, GICC_EOIR, 40);
	assert_int_equal(cpu_read(0, GICC_IAR), SPURIOUS);
}

/* Every sender's SGI arrives, the lowest sender's first. */
static void field_21_each_sender_is_heard(void **state)
{
	(void)state;
	send(5, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	send(1, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	send(7, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 5));
	cpu_write(2, GICC_EOIR, from(3, 5));
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 1));
	cpu_write(2, GICC_EOIR, from(3, 1));
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 7));
	cpu_write(2, GICC_EOIR, from(3, 7));
	assert_int_equal(cpu_read(2, GICC_IAR), SPURIOUS);
}

/* Hardware that the guest drives alone calls when the next one's turn is. */
static void field_21_hardware_asks_for_the_next_sender(void **state)
{
	struct model_vcpuif *hw = &m->cpu[2].model;
	uint64_t taken;

	(void)state;
	send(5, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	assert_false(vgic_model_vcpuif_maintenance(hw));
	send(1, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	assert_true(vgic_soft_gicv_read(hw, GICC_IAR, &taken));
	assert_int_equal(taken, from(3, 5));
	assert_true(vgic_soft_gicv_write(hw, GICC_EOIR, taken));
	assert_true(vgic_model_vcpuif_maintenance(hw));
	slice(m, 2);
	assert_false(vgic_model_vcpuif_maintenance(hw));
	assert_true(vgic_soft_gicv_read(hw, GICC_IAR, &taken));
	assert_int_equal(taken, from(3, 1));
	assert_true(vgic_soft_gicv_write(hw, GICC_EOIR, taken));
	assert_false(vgic_model_vcpuif_maintenance(hw));
}

/* Sent twice by the same CPU before it is taken, it is one. */
static void one_senders_sgis_merge(void **state)
{
	(void)state;
	send(1, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	send(1, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 1));
	cpu_write(2, GICC_EOIR, from(3, 1));
	assert_int_equal(cpu_read(2, GICC_IAR), SPURIOUS);
}

/* An SGI of CPU 5 to CPU 2 is under way: its sender has got so far. */
static uint32_t send_half(void)
{
	uint32_t index = vgic_irq_index(m->gic, 2, 3);

	vgic_fetch_or(&m->gic->irqs[index].route, 1u << 5);
	return index;
}

static void send_rest(uint32_t index)
{
	vgic_irq_change(m->gic, m->vcpu[5], index, VGIC_SET_PENDING, 0);
	slice(m, 2);
}

/*
 * CPU 2 takes another CPU's SGI, and this one with it, before its sender is
 * through.  It was sent once and does not come again, as if from CPU 2.
 */
static void an_sgi_taken_early_comes_once(void **state)
{
	uint32_t index;

	(void)state;
	send(1, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	index = send_half();
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 1));
	cpu_write(2, GICC_EOIR, from(3, 1));
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 5));
	cpu_write(2, GICC_EOIR, from(3, 5));
	send_rest(index);
	assert_int_equal(cpu_read(2, GICC_IAR), SPURIOUS);
	assert_int_equal(dist_read(2, GICD_ISPENDR), 0);
}

/* The same, with its handler still under way. */
static void an_sgi_taken_early_and_active_comes_once(void **state)
{
	uint32_t index;

	(void)state;
	send(1, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	index = send_half();
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 1));
	cpu_write(2, GICC_EOIR, from(3, 1));
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 5));
	send_rest(index);
	cpu_write(2, GICC_EOIR, from(3, 5));
	assert_int_equal(cpu_read(2, GICC_IAR), SPURIOUS);
	assert_int_equal(dist_read(2, GICD_ISPENDR), 0);
}

/* The embedder sends one, and names nobody. */
static void an_injected_sgi_is_the_cpus_own(void **state)
{
	(void)state;
	assert_int_equal(vgic_inject_irq(m->gic, 2, 3, true, NULL), VGIC_OK);
	slice(m, 2);
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 2));
	cpu_write(2, GICC_EOIR, from(3, 2));
	assert_int_equal(cpu_read(2, GICC_IAR), SPURIOUS);
}

/* Disabled in between, an SGI keeps its sender. */
static void a_recalled_sgi_keeps_its_sender(void **state)
{
	(void)state;
	send(6, GICD_SGIR_FILTER_LIST, 1u << 0, 4);
	dist_write(0, GICD_ICENABLER, 1u << 4);
	assert_int_equal(cpu_read(0, GICC_IAR), SPURIOUS);
	assert_int_equal(dist_read(0, GICD_SPENDSGIR + 4), 1u << 6);
	dist_write(0, GICD_ISENABLER, 1u << 4);
	assert_int_equal(cpu_read(0, GICC_IAR), from(4, 6));
	cpu_write(0, GICC_EOIR, from(4, 6));
}

static void sgir_has_three_modes(void **state)
{
	(void)state;
	send(0, GICD_SGIR_FILTER_OTHERS, 0, 1);
	send(0, GICD_SGIR_FILTER_SELF, 0xff, 2);
	send(0, 3, 0xff, 5);
	assert_int_equal(cpu_read(0, GICC_IAR), from(2, 0));
	cpu_write(0, GICC_EOIR, from(2, 0));
	assert_int_equal(cpu_read(0, GICC_IAR), SPURIOUS);
	for (unsigned int i = 1; i < NR_CPUS; i++) {
		assert_int_equal(cpu_read(i, GICC_IAR), from(1, 0));
		cpu_write(i, GICC_EOIR, from(1, 0));
		assert_int_equal(cpu_read(i, GICC_IAR), SPURIOUS);
	}
}

/* Their configuration is read-only, also for the CPU that has them. */
static void sgis_are_edges(void **state)
{
	(void)state;
	dist_write(3, GICD_ICFGR, 0);
	assert_int_equal(dist_read(3, GICD_ICFGR), 0xaaaaaaaa);
}

static void senders_are_set_and_cleared(void **state)
{
	(void)state;
	dist_write(3, GICD_SPENDSGIR + 8, 0x00000600);
	assert_int_equal(dist_read(3, GICD_CPENDSGIR + 8), 0x00000600);
	assert_int_equal(dist_read(3, GICD_ISPENDR) & 0xffff, 1u << 9);
	dist_write(3, GICD_CPENDSGIR + 8, 0x00000200);
	assert_int_equal(cpu_read(3, GICC_IAR), from(9, 2));
	cpu_write(3, GICC_EOIR, from(9, 2));
	assert_int_equal(cpu_read(3, GICC_IAR), SPURIOUS);
	/* The distributor's ordinary pending bits of SGIs are WI. */
	dist_write(3, GICD_ISPENDR, 0xffff);
	assert_int_equal(cpu_read(3, GICC_IAR), SPURIOUS);
}

/* Taken back and, before its CPU goes on, sent again: it is there once. */
static void taken_back_and_sent_again(void **state)
{
	uint64_t senders = 1u << 5;

	(void)state;
	send(5, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	vgic_exit(m->vcpu[2]);
	assert_int_equal(vgic_trap_mmio(m->vcpu[2], DIST + GICD_CPENDSGIR + 3,
					1, true, &senders),
			 VGIC_TRAP_DONE);
	vgic_exit(m->vcpu[5]);
	senders = (uint64_t)FIELD_PUT(GICD_SGIR_CPUTargetList, 1u << 2) | 3;
	assert_int_equal(
		vgic_trap_mmio(m->vcpu[5], DIST + GICD_SGIR, 4, true, &senders),
		VGIC_TRAP_DONE);
	vgic_enter(m->vcpu[5]);
	vgic_enter(m->vcpu[2]);
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 5));
	cpu_write(2, GICC_EOIR, from(3, 5));
	assert_int_equal(cpu_read(2, GICC_IAR), SPURIOUS);
}

static void target_lists_take_bytes(void **state)
{
	uint32_t spi = 40;

	(void)state;
	mmio_write(m, 0, DIST + GICD_ITARGETSR + spi, 1, 0x50);
	assert_int_equal(mmio_read(m, 0, DIST + GICD_ITARGETSR + spi, 1), 0x50);
	dist_write(0, GICD_ISENABLER + 4, 1u << (spi - 32));
	dist_write(0, GICD_ISPENDR + 4, 1u << (spi - 32));
	assert_int_equal(cpu_read(4, GICC_IAR), spi);
	assert_int_equal(cpu_read(6, GICC_IAR), SPURIOUS);
	cpu_write(4, GICC_EOIR, spi);
	/* To nobody, it waits for somebody. */
	mmio_write(m, 0, DIST + GICD_ITARGETSR + spi, 1, 0);
	dist_write(0, GICD_ISPENDR + 4, 1u << (spi - 32));
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		assert_int_equal(cpu_read(i, GICC_IAR), SPURIOUS);
	}
	mmio_write(m, 0, DIST + GICD_ITARGETSR + spi, 1, 0x80);
	assert_int_equal(cpu_read(7, GICC_IAR), spi);
	cpu_write(7, GICC_EOIR, spi);
	/* A CPU's private interrupts are its own. */
	assert_int_equal(dist_read(5, GICD_ITARGETSR), 0x20202020);
}

/* EOImode 1: an SGI ends by DIR, and only for its sender. */
static void dir_names_the_sender(void **state)
{
	(void)state;
	cpu_write(2, GICC_CTLR, GICC_CTLR_EnableGrp0 | GICC_CTLR_EOImode);
	send(1, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 1));
	cpu_write(2, GICC_EOIR, from(3, 1));
	assert_int_equal(dist_read(2, GICD_ISACTIVER), 1u << 3);
	cpu_write(2, GICC_DIR, from(3, 4));
	assert_int_equal(dist_read(2, GICD_ISACTIVER), 1u << 3);
	cpu_write(2, GICC_DIR, from(3, 1));
	assert_int_equal(dist_read(2, GICD_ISACTIVER), 0);
}

/* Group 1 is for GICC_AIAR, unless AckCtl is set. */
static void groups_have_their_registers(void **state)
{
	uint32_t spi = 33;

	(void)state;
	dist_write(0, GICD_IGROUPR + 4, 1u << (spi - 32));
	mmio_write(m, 0, DIST + GICD_ITARGETSR + spi, 1, 1);
	dist_write(0, GICD_ISENABLER + 4, 1u << (spi - 32));
	dist_write(0, GICD_ISPENDR + 4, 1u << (spi - 32));
	assert_int_equal(cpu_read(0, GICC_IAR), GICC_INTID_OTHER_GROUP);
	assert_int_equal(cpu_read(0, GICC_HPPIR), GICC_INTID_OTHER_GROUP);
	assert_int_equal(cpu_read(0, GICC_AIAR), spi);
	cpu_write(0, GICC_AEOIR, spi);
	dist_write(0, GICD_ISPENDR + 4, 1u << (spi - 32));
	cpu_write(0, GICC_CTLR,
		  GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1 |
			  GICC_CTLR_AckCtl);
	assert_int_equal(cpu_read(0, GICC_IAR), spi);
	cpu_write(0, GICC_EOIR, spi);
	assert_int_equal(dist_read(0, GICD_ISACTIVER + 4), 0);
}

/* FIQEn says how Group 0 is signalled. */
static void fiqen_divides_the_signals(void **state)
{
	(void)state;
	send(0, GICD_SGIR_FILTER_SELF, 0, 1);
	assert_true(vgic_irq_asserted(m->vcpu[0]));
	assert_false(vgic_fiq_asserted(m->vcpu[0]));
	cpu_write(0, GICC_CTLR, GICC_CTLR_EnableGrp0 | GICC_CTLR_FIQEn);
	assert_false(vgic_irq_asserted(m->vcpu[0]));
	assert_true(vgic_fiq_asserted(m->vcpu[0]));
}

static void junk_is_ignored_and_counted(void **state)
{
	static const struct {
		uint64_t ipa;
		unsigned int width;
	} junk[] = {
		{ CPU + GICC_PMR, 1 },	   { CPU + GICC_PMR, 8 },
		{ CPU + GICC_PMR + 2, 4 }, { CPU + GICC_DIR + 1, 4 },
		{ CPU + 0x500, 4 },	   { CPU + GICC_IAR, 4 },
		{ DIST + 0xd00, 4 },
	};

	(void)state;
	for (uint32_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++) {
		mmio_write(m, 0, junk[i].ipa, junk[i].width, 0);
		assert_int_equal(cpu_read(0, GICC_PMR), 0xf8);
		assert_int_equal(mistakes(m), i + 1);
	}
}

/* The first and last words of both frames, and what lies around them. */
static void frames_end(void **state)
{
	static const struct {
		uint64_t ipa;
		enum vgic_trap trap;
	} rows[] = {
		{ DIST - 4, VGIC_TRAP_NOT_MINE },
		{ DIST, VGIC_TRAP_DONE },
		{ DIST + GICV2_DIST_SIZE - 4, VGIC_TRAP_DONE },
		{ DIST + GICV2_DIST_SIZE, VGIC_TRAP_NOT_MINE },
		{ CPU - 4, VGIC_TRAP_NOT_MINE },
		{ CPU, VGIC_TRAP_DONE },
		{ CPU + GICV2_CPU_SIZE - 4, VGIC_TRAP_DONE },
		{ CPU + GICV2_CPU_SIZE, VGIC_TRAP_NOT_MINE },
	};

	(void)state;
	stop(m, 0);
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t value = 0;

		assert_int_equal(vgic_trap_mmio(m->vcpu[0], rows[i].ipa, 4,
						false, &value),
				 rows[i].trap);
	}
}

/* It has no GIC system register; what is not the GIC's is not ours to say. */
static void system_registers(void **state)
{
	static const struct {
		uint32_t enc;
		enum vgic_trap result;
	} rows[] = {
		{ ICC_IAR1_EL1, VGIC_TRAP_UNDEF },
		{ ICC_PMR_EL1, VGIC_TRAP_UNDEF },
		{ ICC_SRE_EL1, VGIC_TRAP_UNDEF },
		{ GICR_CDIA, VGIC_TRAP_UNDEF },
		{ ICC_CR0_EL1, VGIC_TRAP_UNDEF },
		/* VBAR, RMR and ISR_EL1; DC CISW; PMCR_EL0; SCTLR_EL1. */
		{ SYSREG_ENC(3, 0, 12, 0, 0), VGIC_TRAP_NOT_MINE },
		{ SYSREG_ENC(3, 0, 12, 0, 2), VGIC_TRAP_NOT_MINE },
		{ SYSREG_ENC(3, 0, 12, 1, 0), VGIC_TRAP_NOT_MINE },
		{ SYSREG_ENC(1, 0, 7, 14, 2), VGIC_TRAP_NOT_MINE },
		{ SYSREG_ENC(3, 3, 9, 12, 0), VGIC_TRAP_NOT_MINE },
		{ SYSREG_ENC(3, 0, 1, 0, 0), VGIC_TRAP_NOT_MINE },
	};
	uint64_t value = 0;

	(void)state;
	stop(m, 0);
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(vgic_trap_sysreg(m->vcpu[0], rows[i].enc,
						  i & 1, &value),
				 rows[i].result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		machine_test(field_21_each_sender_is_heard),
		machine_test(field_21_hardware_asks_for_the_next_sender),
		machine_test(an_acknowledge_finds_no_interrupt_that_is_gone),
		machine_test(one_senders_sgis_merge),
		machine_test(an_sgi_taken_early_comes_once),
		machine_test(an_sgi_taken_early_and_active_comes_once),
		machine_test(an_injected_sgi_is_the_cpus_own),
		machine_test(a_recalled_sgi_keeps_its_sender),
		machine_test(sgir_has_three_modes),
		machine_test(sgis_are_edges),
		machine_test(frames_end),
		machine_test(senders_are_set_and_cleared),
		machine_test(taken_back_and_sent_again),
		machine_test(target_lists_take_bytes),
		machine_test(dir_names_the_sender),
		machine_test(groups_have_their_registers),
		machine_test(fiqen_divides_the_signals),
		machine_test(junk_is_ignored_and_counted),
		machine_test(system_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
