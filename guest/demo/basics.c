/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is there, and does each kind of interrupt reach each CPU? */
#include "guest/demo/kit.h"

static bool step_identity(void)
{
	unsigned int last = 0;
	uint64_t typer;
	bool ok = true;

	ok &= kit_say("GICv3 distributor (PIDR2.ArchRev 3)",
		      FIELD_GET(GICD_PIDR2_ArchRev,
				gicd_read32(GICD_PIDR2)) == 3);
	ok &= kit_say("one security state (CTLR.DS)",
		      gicd_read32(GICD_CTLR) & GICD_CTLR_DS);
	ok &= kit_say("affinity routing (CTLR.ARE)",
		      gicd_read32(GICD_CTLR) & GICD_CTLR_ARE);
	ok &= kit_say("system register interface (ICC_SRE.SRE)",
		      icc_read(ICC_SRE_EL1) & ICC_SRE_SRE);
	ok &= kit_say("five priority bits",
		      FIELD_GET(ICC_CTLR_EL1_PRIbits,
				icc_read(ICC_CTLR_EL1)) == 4);
	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		typer = gicr_read64(cpu, GICR_TYPER);
		say("  cpu %u: affinity %08x, redistributor %u\n", cpu,
		    port_affinity(cpu),
		    (unsigned int)FIELD_GET(GICR_TYPER_Processor_Number,
					    typer));
		last += (typer & GICR_TYPER_Last) != 0;
		ok &= FIELD_GET(GICR_TYPER_Affinity_Value, typer) ==
		      port_affinity(cpu);
	}
	ok &= kit_say("one redistributor is the last", last == 1);
	return ok;
}

static bool bits_read_back(uint32_t set, uint32_t clear)
{
	uint32_t word = SPI(0) / 32 * 4;
	bool ok;

	gicd_write32(set + word, 0x50);
	gicd_write32(set + word, 0x04);
	ok = gicd_read32(set + word) == 0x54 &&
	     gicd_read32(clear + word) == 0x54;
	gicd_write32(clear + word, 0x14);
	ok = ok && gicd_read32(set + word) == 0x40;
	gicd_write32(clear + word, UINT32_MAX);
	return ok && gicd_read32(set + word) == 0;
}

static bool priorities_read_back(void)
{
	uint32_t offset = GICD_IPRIORITYR + SPI(0);

	gicd_write32(offset, 0x20406080);
	gicd_write8(offset + 2, 0xf8);
	return gicd_read32(offset) == 0x20f86080 &&
	       gicd_read8(offset + 3) == 0x20 &&
	       gicd_read8(offset) == 0x80;
}

static bool route_reads_back(void)
{
	uint32_t offset = GICD_IROUTER + 8 * SPI(3);
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		irq_route(SPI(3), cpu);
		ok &= gicd_read64(offset) == port_affinity(cpu);
	}
	/* IHI 0069 12.1.3: 32-bit accesses to 64-bit registers. */
	gicd_write32(offset + 4, 0);
	gicd_write32(offset, port_affinity(0));
	ok &= gicd_read64(offset) == port_affinity(0);
	return ok && gicd_read32(offset) == port_affinity(0);
}

static bool step_registers(void)
{
	uint32_t cfg = GICD_ICFGR + SPI(0) / 16 * 4;
	bool ok = true;

	/* Pending and active interrupts are masked by PMR meanwhile. */
	icc_write(ICC_PMR_EL1, 0);
	ok &= kit_say("ISENABLER, ICENABLER",
		      bits_read_back(GICD_ISENABLER, GICD_ICENABLER));
	ok &= kit_say("ISPENDR, ICPENDR",
		      bits_read_back(GICD_ISPENDR, GICD_ICPENDR));
	ok &= kit_say("ISACTIVER, ICACTIVER",
		      bits_read_back(GICD_ISACTIVER, GICD_ICACTIVER));
	ok &= kit_say("IPRIORITYR by byte and word", priorities_read_back());
	ok &= kit_say("IROUTER whole and in halves", route_reads_back());
	gicd_write32(GICD_IGROUPR + SPI(0) / 32 * 4, 0xa5a5a5a5);
	ok &= kit_say("IGROUPR", gicd_read32(GICD_IGROUPR +
					     SPI(0) / 32 * 4) == 0xa5a5a5a5);
	gicd_write32(cfg, 0xa0a0a0a0);
	ok &= kit_say("ICFGR", gicd_read32(cfg) == 0xa0a0a0a0);
	ok &= kit_say("SGIs are edge-triggered (ICFGR0)",
		      gicr_read32(0, GICR_ICFGR0) == 0xaaaaaaaa);
	icc_write(ICC_BPR1_EL1, 0);
	ok &= kit_say("BPR0 2 and BPR1 3 at the least",
		      icc_read(ICC_BPR0_EL1) == 2 &&
			      icc_read(ICC_BPR1_EL1) == 3);
	icc_write(ICC_PMR_EL1, 0x48);
	ok &= kit_say("PMR", icc_read(ICC_PMR_EL1) == 0x48);
	ok &= kit_say("RPR 0xff when idle", icc_read(ICC_RPR_EL1) == RPR_IDLE);
	ok &= kit_say("IAR1 1023 when nothing is pending",
		      icc_read(ICC_IAR1_EL1) == GIC_INTID_SPURIOUS);
	return ok;
}

#define TICKS 3
#define TICK_US 2000

static void on_tick(uint32_t intid)
{
	(void)intid;
	if (kit_count(port_cpu()) < TICKS) {
		port_timer_start(TICK_US);
	} else {
		port_timer_stop();
	}
}

static void start_timer(void)
{
	port_timer_start(TICK_US);
}

static bool step_timer(void)
{
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		kit_hook(cpu, on_tick);
		gicr_write32(cpu, GICR_ISENABLER0, 1u << PORT_TIMER_INTID);
		kit_on(cpu, start_timer);
		ok &= kit_wait(cpu, TICKS);
		kit_settle();
		kit_show(cpu);
		ok &= kit_count(cpu) == TICKS;
	}
	return ok;
}

/* Its line stays up, so it comes again each time it is deactivated. */
static void on_held_tick(uint32_t intid)
{
	(void)intid;
	if (kit_count(port_cpu()) == TICKS) {
		port_timer_stop();
	}
}

static bool step_timer_held(void)
{
	kit_hook(0, on_held_tick);
	gicr_write32(0, GICR_ISENABLER0, 1u << PORT_TIMER_INTID);
	start_timer();
	kit_wait(0, TICKS);
	kit_settle();
	kit_show(0);
	return kit_count(0) == TICKS;
}

static bool step_sgi_self(void)
{
	for (uint32_t intid = 0; intid < GIC_NR_SGIS; intid++) {
		sgi_send(0, intid);
		kit_wait(0, intid + 1);
	}
	kit_settle();
	kit_show(0);
	for (uint32_t intid = 0; intid < GIC_NR_SGIS; intid++) {
		if (kit_intid(0, intid) != intid) {
			return false;
		}
	}
	return kit_count(0) == GIC_NR_SGIS;
}

static unsigned int sgi_to;

static void send_from_here(void)
{
	sgi_send(sgi_to, port_cpu());
}

/* From each CPU to each CPU the SGI that has the sender's number. */
static bool step_sgi_pairs(void)
{
	unsigned int n = port_nr_cpus();
	bool ok = true;

	for (unsigned int from = 0; from < n; from++) {
		for (sgi_to = 0; sgi_to < n; sgi_to++) {
			kit_on(from, send_from_here);
			ok &= kit_wait(sgi_to, from + 1);
			ok &= kit_intid(sgi_to, from) == from;
		}
	}
	kit_settle();
	for (unsigned int cpu = 0; cpu < n; cpu++) {
		kit_show(cpu);
		ok &= kit_count(cpu) == n;
	}
	return ok;
}

static void send_to_others(void)
{
	sgi_send_others(port_cpu());
}

static bool step_sgi_broadcast(void)
{
	unsigned int n = port_nr_cpus();
	bool ok = true;

	for (unsigned int from = 0; from < n; from++) {
		kit_clear();
		kit_on(from, send_to_others);
		for (unsigned int cpu = 0; cpu < n; cpu++) {
			ok &= kit_wait(cpu, cpu != from);
		}
		kit_settle();
		say("  from cpu %u, IRM set\n", from);
		for (unsigned int cpu = 0; cpu < n; cpu++) {
			kit_show(cpu);
			ok &= kit_count(cpu) == (cpu != from);
		}
	}
	return ok;
}

/* An SGI that is pending cannot become more pending, IHI 0069 4.1. */
static bool step_sgi_merge(void)
{
	port_mask();
	sgi_send(0, 5);
	sgi_send(0, 5);
	sgi_send(0, 9);
	kit_settle();
	port_unmask();
	kit_wait(0, 2);
	kit_settle();
	kit_show(0);
	return kit_count(0) == 2;
}

/* IHI 0069 12.11.24: with affinity routing SGIs are pended as PPIs are. */
static bool step_private_pend(void)
{
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		gicr_write32(cpu, GICR_ISENABLER0, 1u << FREE_PPI);
		gicr_write32(cpu, GICR_ISPENDR0, 1u << FREE_PPI);
		ok &= kit_wait(cpu, 1);
		gicr_write32(cpu, GICR_ISPENDR0, 1u << 7);
		ok &= kit_wait(cpu, 2);
		kit_settle();
		kit_show(cpu);
		ok &= kit_took(cpu, (const uint32_t[]){ FREE_PPI, 7 }, 2);
	}
	return ok;
}

static bool spi_to_each(bool edge)
{
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		irq_edge(SPI(cpu), edge);
		irq_route(SPI(cpu), cpu);
		irq_enable(SPI(cpu));
		irq_pend(SPI(cpu));
		ok &= kit_wait(cpu, 1);
		irq_pend(SPI(cpu));
		ok &= kit_wait(cpu, 2);
		kit_settle();
		kit_show(cpu);
		ok &= kit_took(cpu, (const uint32_t[]){ SPI(cpu), SPI(cpu) },
			       2);
	}
	return ok;
}

static bool step_spi_edge(void)
{
	return spi_to_each(true);
}

static bool step_spi_level(void)
{
	return spi_to_each(false);
}

static void sleep_masked(void)
{
	port_mask();
	while (kit_count(port_cpu()) == 0) {
		port_wfi();
		port_unmask();
		port_mask();
	}
	port_unmask();
}

/* Woken out of WFI by another CPU's SGI, and by the CPU's own timer. */
static bool step_wfi(void)
{
	unsigned int other = port_nr_cpus() - 1;
	bool ok;

	if (other != 0) {
		kit_post(other, sleep_masked);
		kit_settle();
		sgi_send(other, 3);
		kit_join(other);
		kit_show(other);
	}
	kit_clear();
	kit_hook(0, on_held_tick);
	gicr_write32(0, GICR_ISENABLER0, 1u << PORT_TIMER_INTID);
	port_mask();
	port_timer_start(TICK_US);
	port_wfi();
	ok = kit_say("timer woke CPU 0 with interrupts masked",
		     kit_count(0) == 0);
	port_timer_stop();
	port_unmask();
	return ok;
}

const struct step basics_steps[] = {
	{ "who is there", step_identity, 1 },
	{ "registers read back what was written", step_registers, 1 },
	{ "three timer ticks on each CPU", step_timer, 1 },
	{ "a timer line that is held comes again", step_timer_held, 1 },
	{ "sixteen SGIs to oneself", step_sgi_self, 1 },
	{ "an SGI from each CPU to each CPU", step_sgi_pairs, 1 },
	{ "an SGI to all others", step_sgi_broadcast, 2 },
	{ "an SGI sent twice while masked comes once", step_sgi_merge, 1 },
	{ "a PPI and an SGI pended in each redistributor",
	  step_private_pend, 1 },
	{ "an edge SPI routed to each CPU", step_spi_edge, 1 },
	{ "a level SPI routed to each CPU", step_spi_level, 1 },
	{ "WFI wakes", step_wfi, 1 },
	{ 0 },
};
