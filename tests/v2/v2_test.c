/* SPDX-License-Identifier: BSD-2-Clause */
/* A GICv2 guest on the CPU interface in software, by its registers alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <vgic/trap.h>
#include <vgic/vgic.h>

#include "core/arch.h"
#include "core/irq.h"
#include "model/ich.h"
#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "soft/gicv.h"

#define NR_CPUS 8
#define DIST 0x08000000u
#define CPU 0x08010000u
#define SPURIOUS 1023u

static struct world {
	struct vgic *gic;
	void *memory;
	void *cpuif[NR_CPUS];
	struct vgic_vcpu *vcpu[NR_CPUS];
	bool kicked[NR_CPUS];
	unsigned int bugs;
	uint32_t deactivated;
} w;

static void kick(void *ctx, uint32_t vcpu)
{
	(void)ctx;
	w.kicked[vcpu] = true;
}

static void bug(void *ctx, const char *what, uint32_t vcpu, uint32_t intid)
{
	(void)ctx;
	print_error("%s, vCPU %d, INTID %d\n", what, (int)vcpu, (int)intid);
	w.bugs++;
}

static const struct vgic_host_ops host = { .kick = kick, .bug = bug };

static void pass(unsigned int cpu)
{
	vgic_exit(w.vcpu[cpu]);
	vgic_enter(w.vcpu[cpu]);
	w.kicked[cpu] = false;
}

static uint64_t access(unsigned int cpu, uint64_t ipa, unsigned int width,
		       bool write, uint64_t value)
{
	enum vgic_trap result;

	do {
		vgic_exit(w.vcpu[cpu]);
		result = vgic_trap_mmio(w.vcpu[cpu], ipa, width, write, &value);
		vgic_enter(w.vcpu[cpu]);
		for (unsigned int i = 0; i < NR_CPUS; i++) {
			if (w.kicked[i]) {
				pass(i);
			}
		}
	} while (result == VGIC_TRAP_RETRY);
	assert_int_equal(result, VGIC_TRAP_DONE);
	return value;
}

static uint32_t dist_read(unsigned int cpu, uint32_t offset)
{
	return (uint32_t)access(cpu, DIST + offset, 4, false, 0);
}

static void dist_write(unsigned int cpu, uint32_t offset, uint32_t value)
{
	access(cpu, DIST + offset, 4, true, value);
}

static uint32_t cpu_read(unsigned int cpu, uint32_t offset)
{
	return (uint32_t)access(cpu, CPU + offset, 4, false, 0);
}

static void cpu_write(unsigned int cpu, uint32_t offset, uint32_t value)
{
	access(cpu, CPU + offset, 4, true, value);
}

static struct vgic_config make_config(uint32_t vcpus)
{
	return (struct vgic_config){
		.model = VGIC_GICV2,
		.nr_vcpus = vcpus,
		.nr_spis = 64,
		.cpuif = &vgic_soft_backend,
		.host = &host,
	};
}

static int set_up(void **state)
{
	struct vgic_config config = make_config(NR_CPUS);
	size_t size;

	(void)state;
	memset(&w, 0, sizeof(w));
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		w.cpuif[i] = malloc(vgic_soft_size());
		vgic_soft_init(w.cpuif[i], true, NULL, NULL, &config.caps);
	}
	size = vgic_memory_size(&config);
	w.memory = aligned_alloc(64, size);
	assert_int_equal(vgic_create(&config, w.memory, size, &w.gic), VGIC_OK);
	assert_int_equal(vgic_set_dist_base(w.gic, DIST), VGIC_OK);
	assert_int_equal(vgic_set_cpu_base(w.gic, CPU), VGIC_OK);
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		assert_int_equal(
			vgic_vcpu_create(w.gic, i, i, w.cpuif[i], &w.vcpu[i]),
			VGIC_OK);
		vgic_load(w.vcpu[i]);
		vgic_enter(w.vcpu[i]);
	}
	dist_write(0, GICD_CTLR, GICD_CTLR_EnableGrp0 | GICD_CTLR_EnableGrp1);
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		cpu_write(i, GICC_PMR, 0xf8);
		cpu_write(i, GICC_CTLR,
			  GICC_CTLR_EnableGrp0 | GICC_CTLR_EnableGrp1);
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		vgic_exit(w.vcpu[i]);
	}
	assert_int_equal(vgic_check_invariants(w.gic), 0);
	assert_int_equal(w.bugs, 0);
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		free(w.cpuif[i]);
	}
	free(w.memory);
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

	vgic_exit(w.vcpu[1]);
	assert_int_equal(vgic_trap_mmio(w.vcpu[1], DIST + GICD_ITARGETSR + 40,
					1, true, &list),
			 VGIC_TRAP_DONE);
	vgic_enter(w.vcpu[1]);
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
	access(0, DIST + GICD_ITARGETSR + 40, 1, true, 1);
	assert_int_equal(vgic_inject_irq(w.gic, 0, 40, true, NULL), VGIC_OK);
	pass(0);
	route_to_1();
	assert_int_equal(cpu_read(0, GICC_IAR), SPURIOUS);
	assert_int_equal(cpu_read(1, GICC_IAR), 40);
	assert_int_equal(vgic_inject_irq(w.gic, 0, 40, false, NULL), VGIC_OK);
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
	struct model_vcpuif *m = w.cpuif[2];
	uint64_t taken;

	(void)state;
	send(5, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	assert_false(vgic_model_vcpuif_maintenance(m));
	send(1, GICD_SGIR_FILTER_LIST, 1u << 2, 3);
	assert_true(vgic_soft_gicv_read(m, GICC_IAR, &taken));
	assert_int_equal(taken, from(3, 5));
	assert_true(vgic_soft_gicv_write(m, GICC_EOIR, taken));
	assert_true(vgic_model_vcpuif_maintenance(m));
	pass(2);
	assert_false(vgic_model_vcpuif_maintenance(m));
	assert_true(vgic_soft_gicv_read(m, GICC_IAR, &taken));
	assert_int_equal(taken, from(3, 1));
	assert_true(vgic_soft_gicv_write(m, GICC_EOIR, taken));
	assert_false(vgic_model_vcpuif_maintenance(m));
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
	uint32_t index = vgic_irq_index(w.gic, 2, 3);

	vgic_fetch_or(&w.gic->irqs[index].route, 1u << 5);
	return index;
}

static void send_rest(uint32_t index)
{
	vgic_irq_change(w.gic, w.vcpu[5], index, VGIC_SET_PENDING, 0);
	pass(2);
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
	assert_int_equal(vgic_inject_irq(w.gic, 2, 3, true, NULL), VGIC_OK);
	pass(2);
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
	vgic_exit(w.vcpu[2]);
	assert_int_equal(vgic_trap_mmio(w.vcpu[2], DIST + GICD_CPENDSGIR + 3, 1,
					true, &senders),
			 VGIC_TRAP_DONE);
	vgic_exit(w.vcpu[5]);
	senders = (uint64_t)FIELD_PUT(GICD_SGIR_CPUTargetList, 1u << 2) | 3;
	assert_int_equal(
		vgic_trap_mmio(w.vcpu[5], DIST + GICD_SGIR, 4, true, &senders),
		VGIC_TRAP_DONE);
	vgic_enter(w.vcpu[5]);
	vgic_enter(w.vcpu[2]);
	assert_int_equal(cpu_read(2, GICC_IAR), from(3, 5));
	cpu_write(2, GICC_EOIR, from(3, 5));
	assert_int_equal(cpu_read(2, GICC_IAR), SPURIOUS);
}

static void target_lists_take_bytes(void **state)
{
	uint32_t spi = 40;

	(void)state;
	access(0, DIST + GICD_ITARGETSR + spi, 1, true, 0x50);
	assert_int_equal(access(0, DIST + GICD_ITARGETSR + spi, 1, false, 0),
			 0x50);
	dist_write(0, GICD_ISENABLER + 4, 1u << (spi - 32));
	dist_write(0, GICD_ISPENDR + 4, 1u << (spi - 32));
	assert_int_equal(cpu_read(4, GICC_IAR), spi);
	assert_int_equal(cpu_read(6, GICC_IAR), SPURIOUS);
	cpu_write(4, GICC_EOIR, spi);
	/* To nobody, it waits for somebody. */
	access(0, DIST + GICD_ITARGETSR + spi, 1, true, 0);
	dist_write(0, GICD_ISPENDR + 4, 1u << (spi - 32));
	for (unsigned int i = 0; i < NR_CPUS; i++) {
		assert_int_equal(cpu_read(i, GICC_IAR), SPURIOUS);
	}
	access(0, DIST + GICD_ITARGETSR + spi, 1, true, 0x80);
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
	access(0, DIST + GICD_ITARGETSR + spi, 1, true, 1);
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
	assert_true(vgic_irq_asserted(w.vcpu[0]));
	assert_false(vgic_fiq_asserted(w.vcpu[0]));
	cpu_write(0, GICC_CTLR, GICC_CTLR_EnableGrp0 | GICC_CTLR_FIQEn);
	assert_false(vgic_irq_asserted(w.vcpu[0]));
	assert_true(vgic_fiq_asserted(w.vcpu[0]));
}

static void more_than_eight_cpus_are_refused(void **state)
{
	struct vgic_config config = make_config(9);

	(void)state;
	config.caps.nr_lrs = 4;
	config.caps.pri_bits = 5;
	config.caps.pre_bits = 5;
	assert_int_equal(vgic_memory_size(&config), 0);
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
		struct vgic_stats stats;

		access(0, junk[i].ipa, junk[i].width, true, 0);
		assert_int_equal(cpu_read(0, GICC_PMR), 0xf8);
		vgic_get_stats(w.vcpu[0], &stats);
		assert_int_equal(stats.guest_errors, i + 1);
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
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t value = 0;

		assert_int_equal(vgic_trap_mmio(w.vcpu[0], rows[i].ipa, 4,
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
	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(
			vgic_trap_sysreg(w.vcpu[0], rows[i].enc, i & 1, &value),
			rows[i].result);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(field_21_each_sender_is_heard),
		TEST(field_21_hardware_asks_for_the_next_sender),
		TEST(an_acknowledge_finds_no_interrupt_that_is_gone),
		TEST(one_senders_sgis_merge),
		TEST(an_sgi_taken_early_comes_once),
		TEST(an_sgi_taken_early_and_active_comes_once),
		TEST(an_injected_sgi_is_the_cpus_own),
		TEST(a_recalled_sgi_keeps_its_sender),
		TEST(sgir_has_three_modes),
		TEST(frames_end),
		TEST(senders_are_set_and_cleared),
		TEST(taken_back_and_sent_again),
		TEST(target_lists_take_bytes),
		TEST(dir_names_the_sender),
		TEST(groups_have_their_registers),
		TEST(fiqen_divides_the_signals),
		TEST(more_than_eight_cpus_are_refused),
		TEST(junk_is_ignored_and_counted),
		TEST(system_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
