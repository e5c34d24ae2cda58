/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tour of a GICv3: the order of its parts, what identifies it, and what
 * only a GICv3 has.
 */
#include <stddef.h>

#include "guest/demo/kit.h"

/* Unlike on a GICv2, any CPU reaches the registers of all CPUs. */
void irq_enable_on(unsigned int cpu, uint32_t intid)
{
	gicr_write32(cpu, GICR_ISENABLER0, UINT32_C(1) << intid);
}

void irq_group0_on(unsigned int cpu, uint32_t intid)
{
	gicr_write32(cpu, GICR_IGROUPR0, ~(UINT32_C(1) << intid));
}

static bool step_identity(void)
{
	unsigned int last = 0;
	uint64_t typer;
	bool ok = true;

	ok &= kit_say("GICv3 distributor (PIDR2.ArchRev 3)",
		      FIELD_GET(GICD_PIDR2_ArchRev, gicd_read32(GICD_PIDR2)) ==
			      3);
	ok &= kit_say("one security state (CTLR.DS)",
		      gicd_read32(GICD_CTLR) & GICD_CTLR_DS);
	ok &= kit_say("affinity routing (CTLR.ARE)",
		      gicd_read32(GICD_CTLR) & GICD_CTLR_ARE);
	ok &= kit_say("system register interface (ICC_SRE.SRE)",
		      icc_read(ICC_SRE_EL1) & ICC_SRE_SRE);
	ok &= kit_say("five priority bits",
		      FIELD_GET(ICC_CTLR_EL1_PRIbits, icc_read(ICC_CTLR_EL1)) ==
			      4);
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

static bool route_reads_back(void)
{
	uint32_t offset = GICD_IROUTER + 8 * SPI(3);
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		irq_route(SPI(3), cpu);
		ok &= gicd_read64(offset) == port_affinity(cpu);
	}
	/* A 64-bit register may be accessed in halves.  IHI 0069 12.1.3 */
	gicd_write32(offset + 4, 0);
	gicd_write32(offset, port_affinity(0));
	ok &= gicd_read64(offset) == port_affinity(0);
	return ok && gicd_read32(offset) == port_affinity(0);
}

static bool step_registers(void)
{
	bool ok = true;

	/*
	 * PMR keeps out what is made pending here, for there is no handler for
	 * it.
	 */
	icc_write(ICC_PMR_EL1, 0);
	ok &= kit_read_back_bits();
	ok &= kit_say("IROUTER whole and in halves", route_reads_back());
	ok &= kit_read_back_words();
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

/*
 * With affinity routing software may pend an SGI as it does a PPI, in the
 * redistributor, without sending it.  IHI 0069 12.11.24
 */
static bool step_private_pend(void)
{
	bool ok = true;

	for (unsigned int cpu = 0; cpu < port_nr_cpus(); cpu++) {
		gicr_write32(cpu, GICR_ISENABLER0, 1u << FREE_PPI);
		gicr_write32(cpu, GICR_ISPENDR0, 1u << FREE_PPI);
		ok &= kit_wait(cpu, 1);
		gicr_write32(cpu, GICR_ISPENDR0, 1u << 7);
		ok &= kit_wait(cpu, 2);
		ok &= kit_saw(cpu, FREE_PPI, 7);
	}
	return ok;
}

static const struct step identity_steps[] = {
	{ "who is there", step_identity, 1, 0 },
	{ "registers read back what was written", step_registers, 1, 0 },
	{ 0 },
};

static const struct step redistributor_steps[] = {
	{ "a PPI and an SGI pended in each redistributor", step_private_pend, 1,
	  0 },
	{ 0 },
};

const struct step *const kit_tour[] = {
	identity_steps, private_steps,	redistributor_steps,
	shared_steps,	state_steps,	priority_steps,
	active_steps,	overflow_steps, NULL,
};
