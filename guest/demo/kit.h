/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the demo's steps are made of.  A step runs on CPU 0 and hands work to
 * the others; every CPU logs what it acknowledges.  Nothing that depends on
 * time, on the size of the GIC or on whose GIC it is may be printed.
 */
#ifndef GUEST_DEMO_KIT_H
#define GUEST_DEMO_KIT_H

#include "guest/port.h"
#include "guest/text.h"

/* SPIs without a device, on QEMU's `virt` machine as on ours. */
#define SPI_FIRST 160
#define SPI_COUNT 40
#define SPI(n) (SPI_FIRST + (n))
/* A PPI without a device. */
#define FREE_PPI 20

#define PRIORITY_DEFAULT 0xa0
#define PRIORITY_STEP 8 /* five priority bits, IHI 0069 4.8 */
#define PMR_OPEN 0xf8
#define RPR_IDLE 0xff

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
};

/* The tour, in the order it is made; ends with a null name. */
extern const struct step basics_steps[];
extern const struct step state_steps[];
extern const struct step priority_steps[];
extern const struct step active_steps[];
extern const struct step overflow_steps[];

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

/* Long enough for an interrupt that must not come to come. */
void kit_settle(void);
/* Wait until `done` says so, or for so long that it never will. */
bool kit_until(bool (*done)(void));

/* Print "  text: yes" or "no"; returns `ok`. */
bool kit_say(const char *text, bool ok);

/* State of one interrupt; SGIs and PPIs of CPU 0. */
void irq_enable(uint32_t intid);
void irq_disable(uint32_t intid);
void irq_pend(uint32_t intid);
void irq_unpend(uint32_t intid);
void irq_activate(uint32_t intid);
void irq_deactivate(uint32_t intid);
bool irq_is_enabled(uint32_t intid);
bool irq_is_pending(uint32_t intid);
bool irq_is_active(uint32_t intid);
void irq_priority(uint32_t intid, uint8_t priority);
void irq_group(uint32_t intid, unsigned int group);
void irq_edge(uint32_t intid, bool edge);
/* SPIs only. */
void irq_route(uint32_t intid, unsigned int cpu);

/* SGIs of Group 1, to one CPU or to all but this one. */
void sgi_send(unsigned int cpu, uint32_t intid);
void sgi_send_others(uint32_t intid);
/* ICC_SGI*R_EL1 value that names one CPU. */
uint64_t sgi_target(unsigned int cpu, uint32_t intid);

/* EOImode of this CPU, 0 or 1. */
void eoimode(unsigned int mode);

#endif
