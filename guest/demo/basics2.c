/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tour of a GICv2: the order of its parts, what identifies it, and what
 * only a GICv2 has.
 */
#include <stddef.h>

#include "guest/demo/kit.h"

#define ARCH_REV 2

/*
 * Registers of SGIs and PPIs are banked: only their CPU reaches them (IHI 0048
 * 4.1.4), so it has to run a task for it.
 */
static uint32_t private_bit;

static void enable_here(void)
{
	gicd_write32(GICD_ISENABLER, private_bit);
}

static void group0_here(void)
{
	gicd_write32(GICD_IGROUPR, ~private_bit);
}

void irq_enable_on(unsigned int cpu, uint32_t intid)
{
	private_bit = UINT32_C(1) << intid;
	task_on(cpu, enable_here);
}

void irq_group0_on(unsigned int cpu, uint32_t intid)
{
	private_bit = UINT32_C(1) << intid;
	task_on(cpu, group0_here);
}

static uint32_t own_targets;

static void read_own_targets(void)
{
	own_targets = gicd_read8(GICD_ITARGETSR);
}

static bool step_identity(void)
{
	unsigned int n = port_nr_cpus();
	bool ok = true;

	ok &= kit_say("GICv2 distributor (ICPIDR2.ArchRev 2)",
		      FIELD_GET(GICD_PIDR2_ArchRev,
				gicd_read32(GICV2_ICPIDR2)) == ARCH_REV);
	ok &= kit_say("TYPER counts the CPUs",
		      FIELD_GET(GICD_TYPER_CPUNumber,
				gicd_read32(GICD_TYPER)) == n - 1);
	/*
	 * On a machine with one CPU, GICD_ITARGETSR is RAZ/WI. IHI 0048 4.3.12
	 */
	for (unsigned int cpu = 0; n > 1 && cpu < n; cpu++) {
		task_on(cpu, read_own_targets);
		say("  cpu %u: its own bit is %02x\n", cpu, own_targets);
		ok &= own_targets == 1u << cpu;
	}
	return ok;
}

static bool targets_read_back(void)
{
	uint32_t offset = GICD_ITARGETSR + SPI(0);

	if (port_nr_cpus() == 1) {
		return true;
	}
	gicd_write32(offset, 0x01020301);
	gicd_write8(offset + 1, 2);
	return gicd_read32(offset) == 0x01020201 &&
	       gicd_read8(offset + 3) == 1 && gicd_read8(offset) == 1;
}

static bool step_registers(void)
{
	bool ok = true;

	/*
	 * PMR keeps out what is made pending here, for there is no handler for
	 * it.
	 */
	gic_mask(0);
	ok &= kit_read_back_bits();
	ok &= kit_say("ITARGETSR by byte and word", targets_read_back());
	ok &= kit_read_back_words();
	ok &= kit_say("SGIs are edge-triggered (ICFGR0)",
		      gicd_read32(GICD_ICFGR) == 0xaaaaaaaa);
	gic_mask(0x48);
	ok &= kit_say("PMR", gicc_read32(GICC_PMR) == 0x48);
	ok &= kit_say("RPR 0xff when idle", gic_running() == RPR_IDLE);
	ok &= kit_say("IAR 1023 when nothing is pending",
		      gicc_read32(GICC_IAR) == GIC_INTID_SPURIOUS);
	return ok;
}

/*
 * Take interrupts by polling, until none has come for a while; count them, and
 * return the senders of those with this INTID, a bit for each.
 */
static uint32_t take_sgis(uint32_t intid, unsigned int *count)
{
	unsigned int idle = 0;
	uint32_t senders = 0;

	*count = 0;
	while (idle < 2) {
		uint32_t taken = gic_acknowledge(1);

		if (gic_intid(taken) == GIC_INTID_SPURIOUS) {
			kit_settle();
			idle++;
			continue;
		}
		if (gic_intid(taken) == intid) {
			senders |= UINT32_C(1) << FIELD_GET(GICC_CPUID, taken);
		}
		idle = 0;
		(*count)++;
		gic_drop(1, taken);
	}
	return senders;
}

static void send_seven(void)
{
	sgi_send(0, 7);
}

/*
 * A GICv2 keeps one SGI pending for each sender: sent twice by every CPU while
 * it is masked, it comes once from each.
 */
static bool step_senders(void)
{
	unsigned int n = port_nr_cpus(), count;
	uint32_t senders;

	port_mask();
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		task_on(cpu, send_seven);
		task_on(cpu, send_seven);
	}
	kit_settle();
	senders = take_sgis(7, &count);
	port_unmask();
	say("  %u times, from senders %02x\n", count, senders);
	return count == n && senders == (1u << n) - 1;
}

static bool step_pending_by_sender(void)
{
	uint32_t all = (1u << port_nr_cpus()) - 1, senders;
	unsigned int count;
	bool ok;

	port_mask();
	gicd_write8(GICD_SPENDSGIR + 9, (uint8_t)all);
	ok = kit_say("SPENDSGIR, CPENDSGIR",
		     gicd_read8(GICD_SPENDSGIR + 9) == all &&
			     gicd_read32(GICD_CPENDSGIR + 8) == all << 8);
	gicd_write8(GICD_CPENDSGIR + 9, 1);
	ok &= kit_say("one sender's taken back",
		      gicd_read8(GICD_CPENDSGIR + 9) == (all & ~1u));
	senders = take_sgis(9, &count);
	port_unmask();
	say("  %u times, from senders %02x\n", count, senders);
	return ok && senders == (all & ~1u);
}

static void send_to_self(void)
{
	gicd_write32(GICD_SGIR, (uint32_t)FIELD_PUT(GICD_SGIR_TargetListFilter,
						    GICD_SGIR_FILTER_SELF) |
					11);
}

static bool step_self(void)
{
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		task_on(cpu, send_to_self);
		ok &= kit_wait(cpu, 1);
		kit_settle();
		kit_show(cpu);
	}
	return ok;
}

static bool step_ackctl(void)
{
	uint32_t ctlr = gicc_read32(GICC_CTLR);
	bool ok;

	port_mask();
	gicc_write32(GICC_CTLR, ctlr & ~GICC_CTLR_AckCtl);
	irq_raise(SPI(0));
	kit_settle();
	ok = kit_say("IAR 1022 for Group 1 while AckCtl is 0",
		     gicc_read32(GICC_IAR) == GICC_INTID_OTHER_GROUP);
	ok &= kit_say("and nothing is acknowledged",
		      irq_is_pending(SPI(0)) && !irq_is_active(SPI(0)));
	gicc_write32(GICC_CTLR, ctlr);
	port_unmask();
	ok &= kit_wait(0, 1);
	return kit_saw_count(0, 1) && ok;
}

static const struct step identity_steps[] = {
	{ "who is there", step_identity, 1, 0 },
	{ "registers read back what was written", step_registers, 1, 0 },
	{ 0 },
};

static const struct step gicv2_steps[] = {
	{ "an SGI from several senders comes once from each", step_senders, 1,
	  0 },
	{ "an SGI's pending state, by sender", step_pending_by_sender, 1, 0 },
	{ "an SGI to the sender itself", step_self, 1, 0 },
	{ "acknowledging the other group", step_ackctl, 1, 0 },
	{ 0 },
};

const struct step *const kit_tour[] = {
	identity_steps, private_steps,	gicv2_steps,
	shared_steps,	state_steps,	priority_steps,
	active_steps,	overflow_steps, NULL,
};
