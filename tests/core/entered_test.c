/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Accesses that are answered while the vCPU stays entered (src/trap.c and the
 * tables of src/v2 and src/v3), and interrupts that go into a list register and
 * out of it the shortest way (src/cpuif/lr.c).
 */
#include "core/irq.h"
#include "regs/a64.h"
#include "regs/gicv2.h"
#include "tests/machine/test.h"

#define SPI 40u
#define SPI2 41u
#define PRIO 0x80u

/* Entries and exits of a vCPU so far: while it stays entered none are added. */
static uint32_t passes(struct machine *m, uint32_t v)
{
	return vgic_load_relaxed(&m->vcpu[v]->run_seq);
}

static enum vgic_trap entered(struct machine *m, uint32_t v, uint64_t ipa,
			      bool write, uint64_t *value)
{
	m->thread = v;
	return vgic_trap_mmio_entered(m->vcpu[v], ipa, 4, write, value);
}

static void write_entered(struct machine *m, uint32_t v, uint64_t ipa,
			  uint32_t bits)
{
	uint64_t value = bits;

	assert_int_equal(entered(m, v, ipa, true, &value), VGIC_TRAP_DONE);
}

static bool between(uint32_t offset, uint32_t first, uint32_t end)
{
	return offset >= first && offset < end;
}

/* Pending and active state: list registers may hold what is true of it. */
static bool wants_exit(uint32_t offset, bool gicv2)
{
	return between(offset, GICD_ISPENDR, GICD_IPRIORITYR) ||
	       (gicv2 && between(offset, GICD_CPENDSGIR, GICD_SPENDSGIR + 16));
}

/*
 * All of a frame, or a part: the same value as after an exit, or not while
 * entered.
 */
static void reads_agree(struct machine *m, uint64_t frame, uint32_t first,
			uint32_t end, bool gicv2)
{
	uint32_t before = passes(m, 0), answered = 0;

	for (uint32_t offset = first; offset < end; offset += 4) {
		uint64_t value = UINT64_MAX;

		if (entered(m, 0, frame + offset, false, &value) ==
		    VGIC_TRAP_NOT_MINE) {
			assert_true(wants_exit(offset, gicv2));
			continue;
		}
		assert_false(wants_exit(offset, gicv2));
		assert_int_equal(passes(m, 0), before);
		assert_int_equal(value, guest_read32(m, 0, frame + offset));
		before = passes(m, 0);
		answered++;
	}
	assert_true(answered > 0);
}

TEST(reads_of_v3)
{
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	reads_agree(m, MACHINE_GICD, 0, 0x1000, false);
	reads_agree(m, MACHINE_GICD, GICD_IROUTER, GICD_IROUTER + 0x400, false);
	reads_agree(m, MACHINE_GICR, 0, GICD_ISPENDR, false);
	reads_agree(m, MACHINE_GICR + GICR_SGI_BASE, 0, GICD_ISPENDR + 4,
		    false);
	reads_agree(m, MACHINE_GICR + GICR_SGI_BASE, GICD_IPRIORITYR, 0x1000,
		    false);
	machine_end(m);
}

TEST(reads_of_v2)
{
	MACHINE(.nr_vcpus = 2, .backend = "soft-v2");

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	reads_agree(m, MACHINE_GICD, 0, 0x1000, true);
	machine_end(m);
}

/* Neither of these, of any width, is for a vCPU that stays entered. */
static void want_exits(struct machine *m, const uint64_t *ipa, uint32_t n)
{
	uint64_t value = 0;

	m->thread = 0;
	for (uint32_t i = 0; i < n; i++) {
		for (unsigned int width = 4; width <= 8; width += 4) {
			enum vgic_trap result = vgic_trap_mmio_entered(
				m->vcpu[0], ipa[i], width, true, &value);

			/* Where that width is the guest's mistake, it is. */
			assert_true(result == VGIC_TRAP_NOT_MINE ||
				    (width == 8 && result == VGIC_TRAP_DONE));
		}
	}
}

/* Writes that are long; and what vgic_exit() would have brought back. */
TEST(writes_of_v3)
{
	static const uint64_t frames[] = {
		MACHINE_GICR + GICR_CTLR,
		MACHINE_GICR + GICR_WAKER,
		MACHINE_GICR + GICR_PROPBASER,
		MACHINE_GICR + GICR_PENDBASER,
		MACHINE_GICR + GICR_INVLPIR,
		MACHINE_GICR + GICR_INVALLR,
		MACHINE_ITS,
	};
	MACHINE(.nr_vcpus = 2);
	uint64_t value = 0;

	run(m, 0);
	want_exits(m, frames, sizeof(frames) / sizeof(frames[0]));
	assert_int_equal(
		vgic_trap_sysreg_entered(m->vcpu[0], ICC_DIR_EL1, true, &value),
		VGIC_TRAP_NOT_MINE);
	assert_int_equal(
		vgic_trap_sysreg_entered(m->vcpu[0], ICC_PMR_EL1, true, &value),
		VGIC_TRAP_NOT_MINE);
	machine_end(m);
}

/* Of state that only the vCPU itself can write. */
TEST(writes_of_v2)
{
	static const uint64_t frames[] = {
		MACHINE_GICD + GICD_ISACTIVER, MACHINE_GICD + GICD_ICACTIVER,
		MACHINE_GICD + GICD_CPENDSGIR, MACHINE_GICD + GICD_SPENDSGIR,
		MACHINE_GICC + GICC_DIR,
	};
	MACHINE(.nr_vcpus = 2, .backend = "soft-v2");

	run(m, 0);
	want_exits(m, frames, sizeof(frames) / sizeof(frames[0]));
	machine_end(m);
}

/* A read of ICC_SGI1R_EL1 is UNDEFINED, entered or not. */
TEST(registers_that_cannot_be_read)
{
	MACHINE(.nr_vcpus = 2);
	uint64_t value;

	run(m, 0);
	assert_int_equal(vgic_trap_sysreg_entered(m->vcpu[0], ICC_SGI1R_EL1,
						  false, &value),
			 VGIC_TRAP_UNDEF);
	machine_end(m);
}

static void send_sgi(struct machine *m, uint32_t to, uint32_t intid)
{
	uint64_t value = FIELD_PUT(ICC_SGIR_INTID, intid) | UINT64_C(1) << to;

	m->thread = 0;
	assert_int_equal(vgic_trap_sysreg_entered(m->vcpu[0], ICC_SGI1R_EL1,
						  true, &value),
			 VGIC_TRAP_DONE);
}

/* To another vCPU: the sender stays entered. */
TEST(sgi_to_another)
{
	MACHINE(.nr_vcpus = 2);
	uint32_t before;

	run(m, 0);
	run(m, 1);
	before = passes(m, 0);
	send_sgi(m, 1, 3);
	assert_int_equal(passes(m, 0), before);
	assert_true(m->kicked[1]);
	assert_false(m->kicked[0]);
	machine_serve(m, 1);
	assert_int_equal(guest_ack(m, 1), 3);
	guest_eoi(m, 1, 3);
	machine_end(m);
}

/* To itself: it is there on return, without a kick. */
TEST(sgi_to_itself)
{
	MACHINE(.nr_vcpus = 2);

	run(m, 0);
	send_sgi(m, 0, 3);
	assert_false(m->kicked[0]);
	assert_true(guest_irq(m, 0));
	assert_int_equal(guest_ack(m, 0), 3);
	guest_eoi(m, 0, 3);
	machine_end(m);
}

/*
 * Writes of state that a list register holds, which the guest may have changed:
 * the order is the guest's.
 */
TEST(writes_of_what_is_loaded)
{
	const uint32_t bit = 1u << SPI % 32, word = SPI / 32 * 4;
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	write_entered(m, 0, MACHINE_GICD + GICD_ISPENDR + word, bit);
	assert_place(m, 0, SPI, "lr");
	write_entered(m, 0, MACHINE_GICD + GICD_ICENABLER + word, bit);
	assert_false(guest_irq(m, 0));
	write_entered(m, 0, MACHINE_GICD + GICD_ISENABLER + word, bit);
	assert_int_equal(guest_ack(m, 0), SPI);
	/* Active, and pending again; not for long. */
	write_entered(m, 0, MACHINE_GICD + GICD_ISPENDR + word, bit);
	write_entered(m, 0, MACHINE_GICD + GICD_ICPENDR + word, bit);
	guest_eoi(m, 0, SPI);
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), GIC_INTID_SPURIOUS);
	/* Taken and ended, which nobody knows; then pending. */
	write_entered(m, 0, MACHINE_GICD + GICD_ISPENDR + word, bit);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	write_entered(m, 0, MACHINE_GICD + GICD_ISPENDR + word, bit);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), GIC_INTID_SPURIOUS);
	machine_end(m);
}

/* Made pending while it is active: it comes again after its end, not before. */
TEST(pended_while_active)
{
	const uint32_t bit = 1u << SPI % 32, word = SPI / 32 * 4;
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	write_entered(m, 0, MACHINE_GICD + GICD_ISPENDR + word, bit);
	assert_int_equal(guest_ack(m, 0), SPI);
	write_entered(m, 0, MACHINE_GICD + GICD_ISPENDR + word, bit);
	assert_true(lr_of(m, 0, SPI) & ICH_LR_EL2_Active);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	guest_eoi(m, 0, SPI);
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	machine_end(m);
}

/* The same SPI again and again: each is delivered, counted and ended. */
TEST(again_and_again)
{
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	for (uint32_t i = 1; i <= 3; i++) {
		edge(m, SPI);
		machine_serve(m, 0);
		assert_int_equal(guest_ack(m, 0), SPI);
		guest_eoi(m, 0, SPI);
		/* The next one finds it in its register, which is empty. */
		assert_place(m, 0, SPI, "lr");
		assert_int_equal(stats_of(m, 0).injected[VGIC_SPI], i);
	}
	stop(m, 0);
	assert_place(m, 0, SPI, "-");
	assert_int_equal(stats_of(m, 0).delivered[VGIC_SPI], 3);
	assert_int_equal(stats_of(m, 0).lr_peak, 1);
	machine_end(m);
}

/* A level whose line is up when its register is found empty comes again. */
TEST(level_stays_up)
{
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, true);
	line(m, SPI, true);
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	slice(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI);
	line(m, SPI, false);
	guest_eoi(m, 0, SPI);
	slice(m, 0);
	assert_int_equal(guest_ack(m, 0), GIC_INTID_SPURIOUS);
	machine_end(m);
}

/* SPI has been taken and ended in the only register, for which SPI2 waits. */
static struct machine *one_waits(void)
{
	struct machine *m = machine_new(CONFIG(.nr_lrs = 1, .nr_vcpus = 2));

	setup(m, 0, SPI, PRIO, false);
	setup(m, 0, SPI2, PRIO + 8, false);
	edge(m, SPI);
	edge(m, SPI2);
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	return m;
}

/* What is retired does not come back, and its register is free for others. */
TEST(retired_makes_room)
{
	struct machine *m = one_waits();

	(void)state;
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI2);
	guest_eoi(m, 0, SPI2);
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), GIC_INTID_SPURIOUS);
	machine_end(m);
}

/*
 * A better one waits for the register of one that was taken, ended and came
 * again.
 */
TEST(reloaded_gives_way)
{
	struct machine *m = one_waits();

	(void)state;
	change(m, 1, SPI2, VGIC_SET_PRIORITY, PRIO - 8);
	edge(m, SPI);
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI2);
	guest_eoi(m, 0, SPI2);
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	machine_serve(m, 0);
	machine_end(m);
}

/*
 * It goes to a group that is closed, and leaves its register: the opening of
 * that group has to be heard of.
 */
TEST(moves_to_a_closed_group)
{
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	guest_write(m, 0, ICC_IGRPEN0_EL1, 0);
	slice(m, 0);
	edge(m, SPI);
	assert_int_not_equal(lr_of(m, 0, SPI), 0);
	change(m, 1, SPI, VGIC_SET_GROUP, 0);
	machine_serve(m, 0);
	assert_int_equal(lr_of(m, 0, SPI), 0);
	guest_write(m, 0, ICC_IGRPEN0_EL1, 1);
	assert_int_equal(guest_ack0(m, 0), SPI);
	guest_eoi0(m, 0, SPI);
	machine_end(m);
}

/* Posted while its group is closed, or while actives wait: not at once. */
TEST(posted_to_a_closed_group)
{
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	dist_groups(m, 1, 0);
	machine_serve(m, 0);
	edge(m, SPI);
	machine_serve(m, 0);
	assert_place(m, 0, SPI, "queue");
	dist_groups(m, 1, 3);
	machine_serve(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	machine_end(m);
}

/* A mapped level, again and again, by the list register's HW bit. */
TEST(mapped_again_and_again)
{
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, true);
	map(m, 0, SPI);
	run(m, 0);
	for (uint32_t i = 0; i < 3; i++) {
		phys_line(m, SPI, true);
		machine_serve(m, 0);
		assert_int_equal(guest_ack(m, 0), SPI);
		phys_line(m, SPI, false);
		guest_eoi(m, 0, SPI);
	}
	stop(m, 0);
	assert_place(m, 0, SPI, "-");
	assert_int_equal(m->bad_ends, 0);
	machine_end(m);
}

/*
 * The device turns to resampling while its interrupt is loaded: the next time
 * the HW bit must not end it.
 */
TEST(ops_change_while_loaded)
{
	static struct vgic_irq_ops resampled;
	MACHINE(.nr_vcpus = 2);

	resampled = machine_ops;
	resampled.flags |= VGIC_IRQ_SW_RESAMPLE;
	setup(m, 0, SPI, PRIO, true);
	map(m, 0, SPI);
	run(m, 0);
	phys_line(m, SPI, true);
	machine_serve(m, 0);
	assert_true(lr_of(m, 0, SPI) & ICH_LR_EL2_HW);
	assert_int_equal(guest_ack(m, 0), SPI);
	phys_line(m, SPI, false);
	guest_eoi(m, 0, SPI);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, SPI, &resampled, m),
			 VGIC_OK);
	phys_line(m, SPI, true);
	machine_serve(m, 0);
	assert_false(lr_of(m, 0, SPI) & ICH_LR_EL2_HW);
	assert_int_equal(guest_ack(m, 0), SPI);
	phys_line(m, SPI, false);
	guest_eoi(m, 0, SPI);
	machine_serve(m, 0);
	machine_end(m);
}

static void hears(void *opaque, uint32_t vcpu, uint32_t intid)
{
	(void)vcpu;
	assert_int_equal(intid, SPI);
	++*(uint32_t *)opaque;
}

/* Taken and ended between two exits, and the device hears of it. */
TEST(device_hears_of_what_is_retired)
{
	static const struct vgic_irq_ops ops = { .irq_ended = hears };
	uint32_t heard = 0;
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, false);
	assert_int_equal(vgic_set_irq_ops(m->gic, 0, SPI, &ops, &heard),
			 VGIC_OK);
	run(m, 0);
	/* The end of a pulse would be a change of the word. */
	line(m, SPI, true);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	stop(m, 0);
	assert_int_equal(heard, 1);
	machine_end(m);
}

/* Without TDIR traps are armed while an SPI is out, and only then. */
TEST(retired_is_not_out)
{
	MACHINE(.nr_vcpus = 2, .no_tdir = true);

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	line(m, SPI, true);
	assert_int_equal(vgic_load_relaxed(&m->gic->spis_out), 1);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	stop(m, 0);
	assert_int_equal(vgic_load_relaxed(&m->gic->spis_out), 0);
	machine_end(m);
}

/* A disabled interrupt is no reason to disturb its target. */
TEST(pended_while_disabled)
{
	MACHINE(.nr_vcpus = 2);

	setup(m, 1, SPI, PRIO, false);
	change(m, 1, SPI, VGIC_CLEAR_ENABLE, 0);
	run(m, 0);
	run(m, 1);
	m->kicks[1] = 0;
	write_entered(m, 0, MACHINE_GICD + GICD_ISPENDR + SPI / 32 * 4,
		      1u << SPI % 32);
	assert_int_equal(m->kicks[1], 0);
	assert_place(m, 1, SPI, "-");
	assert_true(is_pending(m, SPI));
	machine_end(m);
}

/* Pended by its own vCPU once it has ended: in its register, and counted. */
TEST(pended_again_by_itself)
{
	uint32_t before;
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	for (uint32_t i = 1; i <= 3; i++) {
		before = passes(m, 0);
		write_entered(m, 0, MACHINE_GICD + GICD_ISPENDR + SPI / 32 * 4,
			      1u << SPI % 32);
		assert_int_equal(passes(m, 0), before);
		assert_int_equal(stats_of(m, 0).injected[VGIC_SPI], i);
		assert_int_equal(guest_ack(m, 0), SPI);
		guest_eoi(m, 0, SPI);
	}
	machine_end(m);
}

/* Pended by another vCPU beside a line that falls later: it comes again. */
TEST(pended_beside_its_line)
{
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, true);
	run(m, 0);
	run(m, 1);
	line(m, SPI, true);
	assert_int_equal(guest_ack(m, 0), SPI);
	m->late[0] = true;
	write_entered(m, 1, MACHINE_GICD + GICD_ISPENDR + SPI / 32 * 4,
		      1u << SPI % 32);
	guest_eoi(m, 0, SPI);
	m->late[0] = false;
	slice(m, 0);
	line(m, SPI, false);
	slice(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	machine_end(m);
}

/* A line that fell between the signal and the entry is nothing any more. */
TEST(fell_before_the_entry)
{
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, true);
	map(m, 0, SPI);
	slice(m, 0);
	stop(m, 0);
	phys_line(m, SPI, true);
	phys_line(m, SPI, false);
	run(m, 0);
	assert_int_equal(lr_of(m, 0, SPI), 0);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

/*
 * Out of guest code the hardware's registers are not looked at: they are as the
 * guest left them, and the register may have been loaded again since.
 */
TEST(pended_out_of_guest_code)
{
	uint64_t value = 1u << SPI % 32;
	MACHINE(.nr_vcpus = 2);

	setup(m, 0, SPI, PRIO, false);
	run(m, 0);
	line(m, SPI, true);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	m->late[0] = true;
	line(m, SPI, false);
	line(m, SPI, true);
	stop(m, 0);
	assert_int_equal(stats_of(m, 0).delivered[VGIC_SPI], 1);
	assert_int_equal(
		vgic_trap_mmio(m->vcpu[0],
			       MACHINE_GICD + GICD_ISPENDR + SPI / 32 * 4, 4,
			       true, &value),
		VGIC_TRAP_DONE);
	assert_int_equal(stats_of(m, 0).delivered[VGIC_SPI], 1);
	m->late[0] = false;
	run(m, 0);
	assert_int_equal(guest_ack(m, 0), SPI);
	guest_eoi(m, 0, SPI);
	assert_int_equal(guest_ack(m, 0), SPURIOUS);
	machine_end(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_of_v3),
		cmocka_unit_test(reads_of_v2),
		cmocka_unit_test(writes_of_v3),
		cmocka_unit_test(writes_of_v2),
		cmocka_unit_test(registers_that_cannot_be_read),
		cmocka_unit_test(sgi_to_another),
		cmocka_unit_test(sgi_to_itself),
		cmocka_unit_test(writes_of_what_is_loaded),
		cmocka_unit_test(pended_while_active),
		cmocka_unit_test(again_and_again),
		cmocka_unit_test(level_stays_up),
		cmocka_unit_test(retired_makes_room),
		cmocka_unit_test(reloaded_gives_way),
		cmocka_unit_test(moves_to_a_closed_group),
		cmocka_unit_test(posted_to_a_closed_group),
		cmocka_unit_test(mapped_again_and_again),
		cmocka_unit_test(ops_change_while_loaded),
		cmocka_unit_test(device_hears_of_what_is_retired),
		cmocka_unit_test(retired_is_not_out),
		cmocka_unit_test(pended_while_disabled),
		cmocka_unit_test(pended_again_by_itself),
		cmocka_unit_test(pended_beside_its_line),
		cmocka_unit_test(fell_before_the_entry),
		cmocka_unit_test(pended_out_of_guest_code),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
