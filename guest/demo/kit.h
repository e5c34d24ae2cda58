/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the steps of a tour are made of.  A step runs on CPU 0 and gives tasks
 * to other CPUs; every CPU logs what it acknowledges.  The transcript has to be
 * the same on every GIC that is right, so a step prints nothing that depends on
 * time, on the size of the GIC or on its implementer.
 */
#ifndef GUEST_DEMO_KIT_H
#define GUEST_DEMO_KIT_H

#include "guest/lib/gic.h"
#include "guest/lib/tasks.h"
#include "guest/text.h"

/* SPIs without a device, on QEMU's `virt` machine as on ours. */
#define SPI_FIRST 160
#define SPI_COUNT 40
#define SPI(n) (SPI_FIRST + (n))
/* A PPI without a device. */
#define FREE_PPI 20

#define LOG_SIZE 64

/* How an interrupt is finished once its hook returns. */
enum finish {
	/* EOIR, and where that does not deactivate (EOImode 1), DIR too. */
	FINISH_ALL,
	/* EOIR alone: with EOImode 1 it stays active. */
	FINISH_DROP,
};

/* One step.  Returns false when something is not as it should be. */
struct step {
	const char *name;
	bool (*run)(void);
	unsigned int min_cpus;
	/*
	 * Of the GIC. Steps that QEMU's GICv2 gets wrong are for GICv3 alone.
	 */
	unsigned int min_version;
};

/* Parts of the tour; each ends with a null name. */
extern const struct step private_steps[];
extern const struct step shared_steps[];
extern const struct step state_steps[];
extern const struct step priority_steps[];
extern const struct step active_steps[];
extern const struct step overflow_steps[];

/* basics2.c or basics3.c: the parts of its tour in order, up to a null. */
extern const struct step *const kit_tour[];

/* Bring every CPU's interface up.  False when a CPU does not come. */
bool kit_start(void);

/* Everything as a step may expect it; kit.c says how. */
void kit_reset(void);

/* True when nothing is pending or active any more, anywhere. */
bool kit_quiet(void);

/* Called in this CPU's handler, between acknowledging and finishing. */
void kit_hook(unsigned int cpu, void (*hook)(uint32_t intid));
/* How this and later interrupts are finished on a CPU. */
void kit_finish(unsigned int cpu, enum finish finish);

/*
 * The log of a CPU: how many interrupts, the INTID of one of them; and a wait
 * until there are n.
 */
unsigned int kit_count(unsigned int cpu);
uint32_t kit_intid(unsigned int cpu, unsigned int index);
bool kit_wait(unsigned int cpu, unsigned int n);
void kit_clear(void);
/* Print "  cpu N: IRQ a b c". */
void kit_show(unsigned int cpu);
/* Is the log of this CPU exactly these? */
bool kit_took(unsigned int cpu, const uint32_t *intids, unsigned int n);

/*
 * The end of most steps: wait for what must not come, show the log, and ask
 * whether it has exactly these, or so many.
 */
#define kit_saw(cpu, ...) \
	kit_saw_list(cpu, (const uint32_t[]){ __VA_ARGS__ }, \
		     sizeof((const uint32_t[]){ __VA_ARGS__ }) / 4)
bool kit_saw_list(unsigned int cpu, const uint32_t *intids, unsigned int n);
bool kit_saw_count(unsigned int cpu, unsigned int n);

/* Wait so long that an interrupt that must not come would have come. */
void kit_settle(void);
/* Wait until done() is true; false when it is not within PATIENCE. */
bool kit_until(bool (*done)(void));

/*
 * Write and read registers of SPIs, a line for each; in two parts, as each
 * version has registers of its own in the middle.
 */
bool kit_read_back_bits(void);
bool kit_read_back_words(void);

/* Print "  text: yes" or "no"; returns `ok`. */
bool kit_say(const char *text, bool ok);

/*
 * Sleep by WFI until an interrupt has been taken.  From the look at the log to
 * the WFI interrupts are masked; one that comes between is pending then, and
 * ends the WFI, so none is missed.
 */
void kit_sleep(void);

/* Does HPPIR name this interrupt of Group 1, though PMR masks it? */
bool kit_names(uint32_t intid);

/* basics2.c or basics3.c: a CPU's SGI or PPI, from any CPU. */
void irq_enable_on(unsigned int cpu, uint32_t intid);
void irq_group0_on(unsigned int cpu, uint32_t intid);

#endif
