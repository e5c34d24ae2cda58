/* SPDX-License-Identifier: BSD-2-Clause */
/* What a restored vGIC means to its guest, its devices and its host. */
#include <vgic/uaccess.h>

#include "regs/gicv2.h"
#include "regs/gicv3.h"
#include "regs/gicv5.h"
#include "snapshot/snapshot.h"
#include "tests/machine/irs.h"
#include "tests/machine/its.h"
#include "tests/machine/test.h"
#include "tests/snapshot/bytes.h"
#include "tests/snapshot/chaos.h"

#define TIMER 27u

static const struct machine_config v3 = { .backend = "ich", .nr_lrs = 2 };
static const struct machine_config v5 = { .backend = "soft-v5" };

static void run_all(struct machine *m)
{
	for (uint32_t v = 0; v < VCPUS; v++) {
		run(m, v);
	}
}

/* Ends of physical interrupts, by software and by list registers. */
static uint32_t ended(const struct machine *m)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < MACHINE_PHYS; i++) {
		n += m->phys[i].by_software + m->phys[i].by_hardware;
	}
	return n;
}

/* `from`, whose vCPUs are out, goes on as `to`. */
static void move(struct machine *from, struct machine *to)
{
	struct vgic_snapshot_where where;
	size_t size;
	uint8_t *bytes = save(from, &size);

	memcpy(to->ram, from->ram, to->ram_size);
	assert_int_equal(vgic_snapshot_restore(to->gic, bytes, size, &where),
			 VGIC_OK);
	machine_check(to);
	free(bytes);
}

static void enable(struct machine *m, uint32_t intid, uint32_t prio)
{
	uint64_t frame = intid < GIC_SPI_BASE ? MACHINE_GICR + GICR_SGI_BASE :
						MACHINE_GICD;

	mmio_write(m, 0, frame + GICD_IPRIORITYR + intid, 1, prio);
	mmio_write(m, 0, frame + GICD_ISENABLER + intid / 32 * 4, 4,
		   1u << intid % 32);
}

/*
 * Five preemption bits have 32 active priorities, seven have 128: the same
 * ones are active, and the guest ends them one after the other.
 */
static void more_priority_bits(void **state)
{
	static const struct machine_config wide = {
		.backend = "ich",
		.nr_lrs = 2,
		.pri_bits = 8,
		.pre_bits = 7,
	};
	static const struct machine_config mid = {
		.backend = "ich",
		.nr_lrs = 2,
		.pri_bits = 6,
		.pre_bits = 6,
	};
	const struct machine_config *to[] = { &wide, &mid };

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		struct machine *a = new_machine(&(struct machine_config){
			.backend = "ich", .nr_lrs = 2 });
		struct machine *b = new_machine(to[i]);

		boot(a);
		for (uint32_t n = 0; n < 3; n++) {
			enable(a, GIC_SPI_BASE + n, 0xc8 - n * 0x38);
			vgic_inject_irq(a->gic, 0, GIC_SPI_BASE + n, true,
					NULL);
			guest_write(a, 0, ICC_PMR_EL1, 0xf8);
			assert_int_equal(guest_read(a, 0, ICC_IAR1_EL1),
					 GIC_SPI_BASE + n);
		}
		put_all(a);
		move(a, b);
		run_all(b);
		for (uint32_t n = 3; n > 0; n--) {
			assert_int_equal(guest_read(b, 0, ICC_RPR_EL1),
					 0xc8 - (n - 1) * 0x38);
			guest_write(b, 0, ICC_EOIR1_EL1, GIC_SPI_BASE + n - 1);
		}
		assert_int_equal(guest_read(b, 0, ICC_RPR_EL1), 0xff);
		put_all(b);
		/* And not back. */
		assert_int_equal(vgic_snapshot_size(b->gic) > 0, true);
		machine_end(a);
		machine_end(b);
	}
}

/* A VMM that migrates from a smaller machine has narrowed ICC_CTLR.PRIbits. */
static void narrowed_priority_bits(void **state)
{
	const struct machine_config wide = {
		.backend = "ich", .nr_lrs = 2, .pri_bits = 7, .pre_bits = 7
	};
	struct machine *a = new_machine(&wide), *b = new_machine(&wide);
	struct vgic_vcpu *from = vgic_vcpu_get(a->gic, 0);
	struct vgic_vcpu *to = vgic_vcpu_get(b->gic, 0);
	uint64_t ctlr, now;

	(void)state;
	assert_int_equal(vgic_uaccess_sysreg(from, ICC_CTLR_EL1, false, &ctlr),
			 VGIC_OK);
	ctlr &= ~(uint64_t)FIELD_MASK(ICC_CTLR_EL1_PRIbits);
	ctlr |= FIELD_PUT(ICC_CTLR_EL1_PRIbits, 4);
	assert_int_equal(vgic_uaccess_sysreg(from, ICC_CTLR_EL1, true, &ctlr),
			 VGIC_OK);
	move(a, b);
	assert_int_equal(vgic_uaccess_sysreg(to, ICC_CTLR_EL1, false, &now),
			 VGIC_OK);
	assert_int_equal(now, ctlr);
	machine_end(a);
	machine_end(b);
}

/* The line of a mapped interrupt that is not held: its device will say. */
static void line_of_a_mapped_one(void **state)
{
	const uint64_t word = W_HW | W_LEVEL | W_LINE | W_PEND;

	(void)state;
	assert_int_equal(vgic_snap_mapped(word), word & ~W_LINE);
	assert_int_equal(vgic_snap_mapped(word | W_PHYS), word | W_PHYS);
	assert_int_equal(vgic_snap_mapped(W_LINE | W_PHYS | W_HOLD), W_LINE);
}

static void fewer_priority_bits(void **state)
{
	struct machine *a = new_machine(&(struct machine_config){
		.backend = "ich", .nr_lrs = 4, .pri_bits = 7, .pre_bits = 7 });
	struct machine *b = new_machine(
		&(struct machine_config){ .backend = "ich", .nr_lrs = 4 });
	struct vgic_snapshot_where where;
	size_t size;
	uint8_t *bytes = save(a, &size);

	(void)state;
	assert_int_equal(vgic_snapshot_restore(b->gic, bytes, size, &where),
			 VGIC_E_NOTSUP);
	assert_int_equal(where.record, VGIC_SNAPSHOT_MACHINE);
	assert_string_equal(where.what, "this vGIC has fewer priority bits");
	free(bytes);
	machine_end(a);
	machine_end(b);
}

/*
 * A mapped timer that fired is held physically.  On the other side the same
 * holds, and when the guest ends it, so does the physical one.
 */
static void physical(struct machine *a, struct machine *b, bool active)
{
	boot(a);
	assert_int_equal(vgic_map_irq(a->gic, 0, TIMER, TIMER), VGIC_OK);
	assert_int_equal(vgic_map_irq(b->gic, 0, TIMER, TIMER), VGIC_OK);
	enable(a, TIMER, 0x80);
	a->phys[TIMER].active = b->phys[TIMER].active = true;
	vgic_inject_irq(a->gic, 0, TIMER, true, a);
	vgic_exit(a->vcpu[0]);
	vgic_enter(a->vcpu[0]);
	if (active) {
		assert_int_equal(guest_read(a, 0, ICC_IAR1_EL1), TIMER);
	}
	put_all(a);
	move(a, b);
	run_all(b);
	if (!active) {
		assert_int_equal(guest_read(b, 0, ICC_IAR1_EL1), TIMER);
	}
	assert_int_equal(ended(b), 0);
	guest_write(b, 0, ICC_EOIR1_EL1, TIMER);
	vgic_exit(b->vcpu[0]);
	vgic_enter(b->vcpu[0]);
	assert_int_equal(ended(b), 1);
	assert_int_equal(ended(a), 0);
	put_all(b);
	machine_end(a);
	machine_end(b);
}

static void physically_held(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 8; i++) {
		const struct machine_config from = {
			.backend = backend_of(VGIC_GICV3, i & 1 ? 0 : 2),
			.nr_lrs = i & 1 ? 0 : 2,
		};
		const struct machine_config to = {
			.backend = backend_of(VGIC_GICV3, i & 2 ? 0 : 1),
			.nr_lrs = i & 2 ? 0 : 1,
		};

		physical(new_machine(&from), new_machine(&to), i & 4);
	}
}

/* What the old state held, and the new one does not, is let go of. */
static void physically_released(void **state)
{
	struct machine *a = new_machine(&v3), *b = new_machine(&v3);

	(void)state;
	boot(a);
	enable(a, TIMER, 0x80);
	enable(a, GIC_SPI_BASE, 0x80);
	put_all(a);
	boot(b);
	assert_int_equal(vgic_map_irq(b->gic, 0, TIMER, TIMER), VGIC_OK);
	assert_int_equal(vgic_map_irq(b->gic, 0, GIC_SPI_BASE, GIC_SPI_BASE),
			 VGIC_OK);
	enable(b, TIMER, 0x80);
	enable(b, GIC_SPI_BASE, 0x80);
	b->phys[TIMER].active = b->phys[GIC_SPI_BASE].active = true;
	vgic_inject_irq(b->gic, 0, TIMER, true, b);
	vgic_inject_irq(b->gic, 0, GIC_SPI_BASE, true, NULL);
	put_all(b);
	move(a, b);
	assert_int_equal(ended(b), 0);
	run(b, 0);
	assert_int_equal(ended(b), 2);
	put_vcpu(b, 0);
	machine_end(a);
	machine_end(b);
}

/*
 * Made an edge with its line up, a mapped interrupt holds nothing physical:
 * of that line a restore keeps nothing, so a snapshot has nothing.
 */
static void line_of_nothing_held(void **state)
{
	struct machine *a = new_machine(&v3), *b = new_machine(&v3);
	const uint64_t icfgr = MACHINE_GICD + GICD_ICFGR +
			       GIC_SPI_BASE / 16 * 4;
	uint8_t *first, *second;
	size_t sizes[2];

	(void)state;
	boot(a);
	assert_int_equal(vgic_map_irq(a->gic, 0, GIC_SPI_BASE, GIC_SPI_BASE),
			 VGIC_OK);
	assert_int_equal(vgic_map_irq(b->gic, 0, GIC_SPI_BASE, GIC_SPI_BASE),
			 VGIC_OK);
	mmio_write(a, 0, icfgr, 4, 0);
	a->phys[GIC_SPI_BASE].active = true;
	vgic_inject_irq(a->gic, 0, GIC_SPI_BASE, true, NULL);
	mmio_write(a, 0, icfgr, 4, 2);
	put_all(a);
	run_all(a);
	put_all(a);
	move(a, b);
	first = save(a, &sizes[0]);
	second = save(b, &sizes[1]);
	assert_int_equal(sizes[0], sizes[1]);
	assert_memory_equal(first, second, sizes[0]);
	free(first);
	free(second);
	machine_end(a);
	machine_end(b);
}

/*
 * Pended by the guest, and its vCPU has not looked.  When that vCPU is entered,
 * it makes the physical interrupt active, be that before the move or after.
 */
static void mapped_and_pended(void **state)
{
	struct machine *a = new_machine(&v3), *b = new_machine(&v3);
	struct vgic_irq_info info;
	uint64_t one = 1;

	(void)state;
	assert_int_equal(vgic_map_irq(a->gic, 0, GIC_SPI_BASE, GIC_SPI_BASE),
			 VGIC_OK);
	assert_int_equal(vgic_map_irq(b->gic, 0, GIC_SPI_BASE, GIC_SPI_BASE),
			 VGIC_OK);
	boot(a);
	enable(a, GIC_SPI_BASE, 0x80);
	put_all(a);
	run(a, 1);
	stop(a, 1);
	assert_int_equal(vgic_trap_mmio(a->vcpu[1],
					MACHINE_GICD + GICD_ISPENDR + 4, 4,
					true, &one),
			 VGIC_TRAP_DONE);
	put_vcpu(a, 1);
	move(a, b);
	assert_int_equal(vgic_get_irq_info(b->gic, 0, GIC_SPI_BASE, &info),
			 VGIC_OK);
	assert_true(info.pending && info.mapped);
	assert_int_equal(b->phys[GIC_SPI_BASE].activated, 0);
	run_all(b);
	assert_int_equal(b->phys[GIC_SPI_BASE].activated, 1);
	assert_int_equal(guest_read(b, 0, ICC_IAR1_EL1), GIC_SPI_BASE);
	put_all(b);
	machine_end(a);
	machine_end(b);
}

/* Whatever the guest may write to an IRS's registers stands there again. */
static void all_bits_of_an_irs(void **state)
{
	static const uint16_t regs[] = { IRS_CR0, IRS_CR1, IRS_SPI_SELR,
					 IRS_PE_SELR, IRS_PE_CR0 };
	struct machine *a = new_machine(&v5), *b = new_machine(&v5);
	uint64_t was[sizeof(regs) / sizeof(regs[0])];

	(void)state;
	run_all(a);
	for (uint32_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		mmio_write(a, 0, MACHINE_IRS + regs[i], 4, 0xffffffff);
		was[i] = mmio_read(a, 0, MACHINE_IRS + regs[i], 4);
	}
	put_all(a);
	move(a, b);
	run_all(b);
	for (uint32_t i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		assert_int_equal(mmio_read(b, 0, MACHINE_IRS + regs[i], 4),
				 was[i]);
	}
	put_all(b);
	machine_end(a);
	machine_end(b);
}

/* Not mapped there: an ordinary interrupt, and nothing to end. */
static void mapping_is_not_moved(void **state)
{
	struct machine *a = new_machine(&v3), *b = new_machine(&v3);

	(void)state;
	boot(a);
	assert_int_equal(vgic_map_irq(a->gic, 0, TIMER, TIMER), VGIC_OK);
	enable(a, TIMER, 0x80);
	vgic_inject_irq(a->gic, 0, TIMER, true, a);
	put_all(a);
	move(a, b);
	run_all(b);
	assert_int_equal(guest_read(b, 0, ICC_IAR1_EL1), TIMER);
	vgic_inject_irq(b->gic, 0, TIMER, false, b);
	guest_write(b, 0, ICC_EOIR1_EL1, TIMER);
	assert_int_equal(guest_read(b, 0, ICC_IAR1_EL1), 1023);
	assert_int_equal(ended(b), 0);
	put_all(b);
	machine_end(a);
	machine_end(b);
}

/* A line that was up there and is not here does not stay up. */
static void lines_are_forgotten(void **state)
{
	struct machine *a = new_machine(&v3), *b = new_machine(&v3);
	struct vgic_irq_info info;

	(void)state;
	assert_int_equal(vgic_inject_irq(b->gic, 0, TIMER, true, b), VGIC_OK);
	assert_int_equal(vgic_inject_irq(b->gic, 0, GIC_SPI_BASE, true, NULL),
			 VGIC_OK);
	move(a, b);
	assert_int_equal(vgic_get_irq_info(b->gic, 0, TIMER, &info), VGIC_OK);
	assert_false(info.line);
	assert_int_equal(vgic_get_irq_info(b->gic, 0, GIC_SPI_BASE, &info),
			 VGIC_OK);
	assert_false(info.line);
	machine_end(a);
	machine_end(b);
}

static uint64_t v2_senders(struct machine *m, uint32_t v, uint32_t sgi)
{
	return mmio_read(m, v, MACHINE_GICD + GICD_SPENDSGIR + sgi, 1);
}

/* Every sender's SGI, whether a list register holds it or not. */
static void v2_sgi_senders(void **state)
{
	(void)state;
	for (uint8_t lrs = 0; lrs < 3; lrs++) {
		const struct machine_config config = {
			.backend = backend_of(VGIC_GICV2, lrs),
			.nr_lrs = lrs,
		};
		struct machine *a = new_machine(&config),
			       *b = new_machine(&config);

		boot(a);
		for (uint32_t v = 0; v < VCPUS; v++) {
			mmio_write(a, v, MACHINE_GICD + GICD_SGIR, 4,
				   1u << 16 | 5);
		}
		assert_int_equal(v2_senders(a, 0, 5), 0xf);
		put_all(a);
		move(a, b);
		run_all(b);
		assert_int_equal(v2_senders(b, 0, 5), 0xf);
		/* A reset takes them all. */
		put_all(b);
		vgic_reset(b->gic);
		run_all(b);
		assert_int_equal(v2_senders(b, 0, 5), 0);
		put_all(b);
		machine_end(a);
		machine_end(b);
	}
}

/*
 * It is in a list register, its CPU takes it back before it runs again, and
 * another CPU sends it: of that one it is pending.
 */
static void v2_sgi_taken_back(void **state)
{
	const struct machine_config config = { .backend = "gich", .nr_lrs = 2 };
	struct machine *a = new_machine(&config), *b = new_machine(&config);
	uint64_t all = 0xff, sgi = 1u << 16 | 5;

	(void)state;
	boot(a);
	mmio_write(a, 0, MACHINE_GICD + GICD_SGIR, 4, sgi);
	put_all(a);
	assert_int_equal(vgic_trap_mmio(vgic_vcpu_get(a->gic, 0),
					MACHINE_GICD + GICD_CPENDSGIR + 5, 1,
					true, &all),
			 VGIC_TRAP_DONE);
	assert_int_equal(vgic_trap_mmio(vgic_vcpu_get(a->gic, 1),
					MACHINE_GICD + GICD_SGIR, 4, true,
					&sgi),
			 VGIC_TRAP_DONE);
	move(a, b);
	run_all(b);
	assert_int_equal(v2_senders(b, 0, 5), 1u << 1);
	put_all(b);
	machine_end(a);
	machine_end(b);
}

/*
 * kvm-behaviour B10: whoever restores may set what the guest does not get; it
 * is gone after each vCPU's first entry, however late.
 */
static void assert_only_exposed(struct machine *m, const uint64_t *exposed)
{
	size_t size, at = SNAP_HEADER_SIZE;
	uint8_t *bytes = save(m, &size);
	uint32_t seen = 0;

	while (at < size) {
		const uint8_t *data = bytes + at + SNAP_RECORD_SIZE;

		if (snap_get(bytes + at, 2) == VGIC_SNAPSHOT_CPUIF5) {
			/* ENABLER, ACTIVER and PENDR, two banks of each */
			for (uint32_t i = 0; i < 6; i++) {
				assert_int_equal(snap_get(data + i * 8, 8) &
							 ~exposed[i % 2],
						 0);
			}
			seen++;
		}
		at += SNAP_RECORD_SIZE +
		      snap_get(bytes + at + SNAP_RECORD_LENGTH_AT, 4);
	}
	assert_int_equal(seen, VCPUS);
	free(bytes);
}

static void b10_all_ones_ppis(void **state)
{
	struct machine *a = new_machine(&v5), *b = new_machine(&v5);
	size_t size, at = SNAP_HEADER_SIZE;
	uint8_t *bytes = save(a, &size);
	const uint64_t exposed = 1u << SW_PPI | 1u << PPI_PMU | 1u << PPI_TIMER;
	const uint64_t edge1 = 1u << (PPI_UPPER_EDGE - 64);
	const uint64_t upper = edge1 | 1u << (PPI_UPPER - 64);

	(void)state;
	while (at < size) {
		if (snap_get(bytes + at, 2) == VGIC_SNAPSHOT_CPUIF5) {
			memset(bytes + at + SNAP_RECORD_SIZE, 0xff, 48);
		}
		at += SNAP_RECORD_SIZE +
		      snap_get(bytes + at + SNAP_RECORD_LENGTH_AT, 4);
	}
	seal(bytes, size);
	/* That it ran before does not make it know what comes now. */
	run_all(b);
	put_all(b);
	assert_int_equal(vgic_snapshot_restore(b->gic, bytes, size, NULL),
			 VGIC_OK);
	for (uint32_t v = 0; v < VCPUS; v++) {
		run(b, v);
		assert_int_equal(guest_read(b, v, ICC_PPI_ENABLER0_EL1),
				 exposed);
		assert_int_equal(guest_read(b, v, ICC_PPI_SACTIVER0_EL1),
				 exposed);
		/* A level is what its line says. */
		assert_int_equal(guest_read(b, v, ICC_PPI_SPENDR0_EL1),
				 1u << SW_PPI);
		assert_int_equal(guest_read(b, v, ICC_PPI_ENABLER1_EL1), upper);
		assert_int_equal(guest_read(b, v, ICC_PPI_SPENDR1_EL1), edge1);
		assert_false(vgic_irq_asserted(b->vcpu[v]));
		put_vcpu(b, v);
	}
	assert_only_exposed(b, (uint64_t[]){ exposed, upper });
	free(bytes);
	machine_end(a);
	machine_end(b);
}

static uint32_t idr(struct machine *m, uint32_t offset)
{
	uint64_t value;

	assert_int_equal(vgic_uaccess_irs(m->vcpu[0], 1, offset, false, &value),
			 VGIC_OK);
	return (uint32_t)value;
}

/* Cut the entries of the record about IRSs to what they were before 1.2. */
static size_t cut_hidden(uint8_t *bytes, size_t size)
{
	uint32_t length;
	uint8_t *record = find_record(bytes, size, VGIC_SNAPSHOT_IRS, &length);
	uint8_t *entries = record + SNAP_RECORD_SIZE + 4;
	uint32_t n = (length - 4) / 24;

	snap_put(record + SNAP_RECORD_SIZE, 4, 16);
	snap_put(record + SNAP_RECORD_LENGTH_AT, 4, 4 + n * 16);
	for (uint32_t i = 1; i < n; i++) {
		memmove(entries + i * 16, entries + i * 24, 16);
	}
	memmove(entries + n * 16, entries + n * 24,
		size - (size_t)(entries + n * 24 - bytes));
	seal(bytes, size - n * 8);
	return size - n * 8;
}

/* What a VMM hid of one IRS is hidden where its guest goes on. */
static void hidden_features(void **state)
{
	struct machine *a = new_machine(&v5), *b = new_machine(&v5);
	uint32_t full0 = idr(b, IRS_IDR0), full2 = idr(b, IRS_IDR2);
	uint64_t value = full0 & ~IRS_IDR0_SETLPI;
	uint8_t *bytes;
	size_t size;

	(void)state;
	assert_int_equal(
		vgic_uaccess_irs(a->vcpu[0], 1, IRS_IDR0, true, &value),
		VGIC_OK);
	value = full2 & ~IRS_IDR2_IST_LEVELS;
	assert_int_equal(
		vgic_uaccess_irs(a->vcpu[0], 1, IRS_IDR2, true, &value),
		VGIC_OK);
	bytes = save(a, &size);
	assert_int_equal(vgic_snapshot_restore(b->gic, bytes, size, NULL),
			 VGIC_OK);
	assert_int_equal(idr(b, IRS_IDR0), full0 & ~IRS_IDR0_SETLPI);
	assert_int_equal(idr(b, IRS_IDR2), full2 & ~IRS_IDR2_IST_LEVELS);
	assert_int_equal(vgic_snapshot_restore(b->gic, bytes,
					       cut_hidden(bytes, size), NULL),
			 VGIC_OK);
	assert_int_equal(idr(b, IRS_IDR0), full0);
	assert_int_equal(idr(b, IRS_IDR2), full2);
	free(bytes);
	machine_end(a);
	machine_end(b);
}

/*
 * What others do to an interrupt in a list register of a vCPU that is out of
 * the guest waits there as a request.  The snapshot has what comes of it.
 */
static void requests_are_merged(void **state)
{
	const struct machine_config config = {
		.backend = "ich",
		.nr_lrs = 4,
	};
	struct machine *a = new_machine(&config), *b = new_machine(&config);
	struct vgic_irq_info info;
	uint64_t ones = 1;

	(void)state;
	boot(a);
	enable(a, GIC_SPI_BASE, 0x80);
	enable(a, GIC_SPI_BASE + 1, 0x80);
	mmio_write(a, 0, MACHINE_GICD + GICD_ICFGR + 8, 4, 10);
	vgic_inject_irq(a->gic, 0, GIC_SPI_BASE, true, NULL);
	vgic_inject_irq(a->gic, 0, GIC_SPI_BASE + 1, true, NULL);
	vgic_exit(a->vcpu[0]);
	vgic_enter(a->vcpu[0]);
	put_all(a);
	vgic_get_irq_info(a->gic, 0, GIC_SPI_BASE, &info);
	assert_string_equal(info.place, "lr");
	/* vCPU 1 takes back the one, and vCPU 0 has not looked yet. */
	run(a, 1);
	stop(a, 1);
	assert_int_equal(vgic_trap_mmio(a->vcpu[1],
					MACHINE_GICD + GICD_ICPENDR + 4, 4,
					true, &ones),
			 VGIC_TRAP_DONE);
	ones = 2;
	assert_int_equal(vgic_trap_mmio(a->vcpu[1],
					MACHINE_GICD + GICD_ISACTIVER + 4, 4,
					true, &ones),
			 VGIC_TRAP_DONE);
	put_vcpu(a, 1);
	move(a, b);
	vgic_get_irq_info(b->gic, 0, GIC_SPI_BASE, &info);
	assert_false(info.pending);
	vgic_get_irq_info(b->gic, 0, GIC_SPI_BASE + 1, &info);
	assert_true(info.pending);
	assert_true(info.active);
	machine_end(a);
	machine_end(b);
}

/* One vCPU goes back in time, the others do not. */
static void one_vcpu(void **state)
{
	struct machine *m = new_machine(&v3);
	struct vgic_irq_info info;
	uint8_t *bytes;
	size_t size;

	(void)state;
	boot(m);
	enable(m, GIC_SPI_BASE, 0x40);
	put_all(m);
	bytes = save_vcpu(m, 0, &size);
	for (uint32_t v = 0; v < 2; v++) {
		assert_int_equal(vgic_inject_irq(m->gic, v, TIMER, true, m),
				 VGIC_OK);
	}
	vgic_inject_irq(m->gic, 0, GIC_SPI_BASE, true, NULL);
	run(m, 0);
	assert_int_equal(guest_read(m, 0, ICC_IAR1_EL1), GIC_SPI_BASE);
	put_vcpu(m, 0);
	assert_int_equal(vgic_snapshot_restore(m->gic, bytes, size, NULL),
			 VGIC_OK);
	machine_check(m);
	vgic_get_irq_info(m->gic, 0, TIMER, &info);
	assert_false(info.line);
	vgic_get_irq_info(m->gic, 1, TIMER, &info);
	assert_true(info.line);
	/* Its SPI is still active on it, though its priority is not. */
	vgic_get_irq_info(m->gic, 0, GIC_SPI_BASE, &info);
	assert_true(info.active);
	assert_int_equal(info.holder, 0);
	run(m, 0);
	assert_int_equal(guest_read(m, 0, ICC_RPR_EL1), 0xff);
	put_vcpu(m, 0);
	free(bytes);
	machine_end(m);
}

/* What a tool needs to know, without a vGIC. */
static void describe(void **state)
{
	struct machine *m = new_machine(&v5);
	struct vgic_snapshot_info info;
	struct vgic_snapshot_where where;
	uint32_t mpidr;
	uint8_t *bytes;
	size_t size;

	(void)state;
	chaos(m, 3, 100);
	bytes = save(m, &size);
	assert_int_equal(vgic_snapshot_describe(bytes, size, &info, &where),
			 VGIC_OK);
	assert_int_equal(info.major, VGIC_SNAPSHOT_MAJOR);
	assert_int_equal(info.model, VGIC_GICV5);
	assert_int_equal(info.vcpu, VGIC_SNAPSHOT_NONE);
	assert_int_equal(info.nr_vcpus, VCPUS);
	assert_int_equal(info.nr_spis, m->vgic.nr_spis);
	assert_int_equal(info.v5.nr_irs, 2);
	assert_int_equal(info.v5.ppi_level[0], m->vgic.v5.ppi_level[0]);
	assert_int_equal(info.length, size);
	assert_in_range(info.nr_irqs, 1, 1000);
	assert_int_equal(vgic_snapshot_affinity(bytes, size, 3, &mpidr),
			 VGIC_OK);
	assert_int_equal(mpidr, iaffid(3));
	assert_int_equal(vgic_snapshot_affinity(bytes, size, 4, &mpidr),
			 VGIC_E_NOENT);
	assert_int_equal(vgic_snapshot_describe(bytes, size - 1, &info, &where),
			 VGIC_E_FORMAT);
	assert_int_equal(where.record, VGIC_SNAPSHOT_STATS);
	free(bytes);
	bytes = save_vcpu(m, 2, &size);
	assert_int_equal(vgic_snapshot_describe(bytes, size, &info, &where),
			 VGIC_OK);
	assert_int_equal(info.vcpu, 2);
	free(bytes);
	machine_end(m);
}

/* At most 24 bytes for an interrupt that is not as after reset. */
static void small(void **state)
{
	static const enum vgic_model models[] = { VGIC_GICV2, VGIC_GICV3 };

	(void)state;
	for (uint32_t i = 0; i < 2; i++) {
		struct machine *m = new_machine(&(struct machine_config){
			.backend = backend_of(models[i], 4), .nr_lrs = 4 });
		int64_t fresh = vgic_snapshot_size(m->gic), full;

		boot(m);
		for (uint32_t n = 0; n < 64; n += 32) {
			mmio_write(m, 0,
				   MACHINE_GICD + GICD_ISENABLER + 4 + n / 8, 4,
				   UINT32_MAX);
			mmio_write(m, 0,
				   MACHINE_GICD + GICD_ISACTIVER + 4 + n / 8, 4,
				   UINT32_MAX);
		}
		put_all(m);
		full = vgic_snapshot_size(m->gic);
		/* Two records more, with their entries' sizes. */
		assert_true(full - fresh <= 64 * 24 + 2 * (12 + 4));
		machine_end(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(more_priority_bits),
		cmocka_unit_test(fewer_priority_bits),
		cmocka_unit_test(narrowed_priority_bits),
		cmocka_unit_test(line_of_a_mapped_one),
		cmocka_unit_test(physically_held),
		cmocka_unit_test(physically_released),
		cmocka_unit_test(line_of_nothing_held),
		cmocka_unit_test(mapped_and_pended),
		cmocka_unit_test(all_bits_of_an_irs),
		cmocka_unit_test(mapping_is_not_moved),
		cmocka_unit_test(lines_are_forgotten),
		cmocka_unit_test(v2_sgi_senders),
		cmocka_unit_test(v2_sgi_taken_back),
		cmocka_unit_test(b10_all_ones_ppis),
		cmocka_unit_test(hidden_features),
		cmocka_unit_test(requests_are_merged),
		cmocka_unit_test(one_vcpu),
		cmocka_unit_test(describe),
		cmocka_unit_test(small),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
