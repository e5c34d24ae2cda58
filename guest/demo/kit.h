/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the demo's steps are made of.  A step runs on CPU 0 and hands work to
 * the others; every CPU logs what it acknowledges.  Nothing that depends on
 * time, on the size of the GIC or on whose GIC it is may be printed.
 */
#ifndef GUEST_DEMO_KIT_H
#define GUEST_DEMO_KIT_H

#include "guest/lib/gic.h"
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
	/* Deactivated: EOIR, and with EOImode 1 DIR. */
	FINISH_ALL,
	/* EOIR alone: with EOImode 1 it stays active. */
	FINISH_DROP,
};

/* One step.  Returns false when something is not as it should be. */
struct step {
	const char *name;
	bool (*run)(void);
	unsigned int min_cpus;
	/* Of the GIC: what QEMU's GICv2 gets wrong is for GICv3 alone. */
	unsigned int min_version;
};

/* Parts of the tour; each ends with a null name. */
extern const struct step private_steps[];
extern const struct step shared_steps[];
extern const struct step state_steps[];
extern const struct step priority_steps[];
extern const struct step active_steps[];
extern const struct step overflow_steps[];

/* Of one version of the GIC: the parts in order, up to a null. */
extern const struct step *const kit_tour[];

/* Bring every CPU's interface up.  False when a CPU does not come. */
bool kit_start(void);

/* Everything as a step may expect it: see kit.c. */
void kit_reset(void);

/* True when nothing is pending or active any more, anywhere. */
bool kit_quiet(void);

/* Run `task` on a CPU and wait for its end; or start it, and wait later. */
void kit_on(unsigned int cpu, void (*task)(void));
void kit_post(unsigned int cpu, void (*task)(void));
void kit_join(unsigned int cpu);
/* Run it on all CPUs at once. */
void kit_on_all(void (*task)(void));

/* Called between acknowledging an interrupt and finishing it; per CPU. */
void kit_hook(unsigned int cpu, void (*hook)(uint32_t intid));
/* How this and later interrupts are finished on a CPU. */
void kit_finish(unsigned int cpu, enum finish finish);

/* The log: how many, which; and a wait for `n` to be there. */
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

/* Long enough for an interrupt that must not come to come. */
void kit_settle(void);
/* Wait until `done` says so, or for so long that it never will. */
bool kit_until(bool (*done)(void));

/* Write and read registers of SPIs; in two parts, one line for each. */
bool kit_read_back_bits(void);
bool kit_read_back_words(void);

/* Print "  text: yes" or "no"; returns `ok`. */
bool kit_say(const char *text, bool ok);

/*
 * Asleep with interrupts masked, which WFI leaves all the same, until one has
 * been taken.
 */
void kit_sleep(void);

/* Does HPPIR name this one of Group 1 as the best, though it is masked? */
bool kit_names(uint32_t intid);

/* Of one version of the GIC, basics2.c and basics3.c: a CPU's SGI or PPI. */
void irq_enable_on(unsigned int cpu, uint32_t intid);
void irq_group0_on(unsigned int cpu, uint32_t intid);

#endif
