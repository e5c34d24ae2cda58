/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A device writes its messages to where the guest's ITS is, which is where
 * the machine's one is.  There every function of bus 0 has all its events
 * mapped from the start, whatever the guest does: what nobody has mapped in
 * the guest's ITS is dropped in it.
 */
#include "hyp/pci.h"

#include <vgic/its.h>

#include "hyp/arch.h"
#include "hyp/fault.h"
#include "hyp/guest_map.h"
#include "hyp/host.h"
#include "hyp/its.h"
#include "hyp/mmu.h"
#include "hyp/options.h"
#include "hyp/vm.h"
#include "regs/gicv3.h"

/* PCI Express Base Specification, 7.2.2 and 7.5.1.1. */
#define PCI_ECAM_FUNCTION_SHIFT 12
#define PCI_VENDOR_MASK 0xffffu /* dword 0x00; all ones: nobody */
#define PCI_HEADER 0x0c
#define PCI_HEADER_MULTIFUNCTION (1u << 23)
#define PCI_FUNCTIONS 8 /* of a device */

#define MAX_FUNCTIONS (ITS_LPIS / ITS_EVENTS)

/* Requester IDs; the first one's events are the first LPIs. */
static uint32_t functions[MAX_FUNCTIONS];
static uint32_t nr_functions;

static uint32_t config(uint32_t requester, uint32_t offset)
{
	return mmio_read32(host.pci.ecam.base +
			   ((uint64_t)requester << PCI_ECAM_FUNCTION_SHIFT) +
			   offset);
}

static bool is_there(uint32_t requester)
{
	return (config(requester, 0) & PCI_VENDOR_MASK) != PCI_VENDOR_MASK;
}

/* Of a device that has function 0 alone the others may be its echo. */
static uint32_t functions_of(uint32_t requester)
{
	if (!is_there(requester)) {
		return 0;
	}
	return config(requester, PCI_HEADER) & PCI_HEADER_MULTIFUNCTION ?
		       PCI_FUNCTIONS :
		       1;
}

static void add(uint32_t requester)
{
	if (!is_there(requester)) {
		return;
	}
	if (nr_functions == MAX_FUNCTIONS) {
		set_up_failed("the machine has too many PCI devices");
	}
	functions[nr_functions++] = requester;
}

/* Who is behind bridges has no number before the guest gives it one. */
static void scan(void)
{
	uint32_t device, i;

	for (device = 0; device < ITS_DEVICES; device += PCI_FUNCTIONS) {
		uint32_t count = functions_of(device);

		for (i = 0; i < count; i++) {
			add(device + i);
		}
	}
}

const struct host_pci *pci_find(void)
{
	uint64_t size = (uint64_t)ITS_DEVICES << PCI_ECAM_FUNCTION_SHIFT;

	if (options.gic != VGIC_GICV3 || !options.its) {
		set_up_failed("vgic.passthrough=pci wants vgic.gic=v3 and "
			      "vgic.its=on");
	}
	if (host.gicv2 || host.gits.base != GUEST_GITS_IPA) {
		set_up_failed("the machine has no ITS where the guest has one");
	}
	if (host.pci.ecam.size < size ||
	    host.pci.ecam.base > MMU_END - size) {
		set_up_failed("the machine has no PCIe host with messages");
	}
	mmu_map(host.gits.base, host.gits.size, MMU_DEVICE);
	mmu_map(host.pci.ecam.base, size, MMU_DEVICE);
	scan();
	return &host.pci;
}

void pci_start(void)
{
	const char *error = its_init();
	uint32_t i;

	for (i = 0; i < nr_functions && !error; i++) {
		error = its_map(functions[i], GIC_LPI_BASE + i * ITS_EVENTS);
	}
	if (error) {
		set_up_failed(error);
	}
}

void pci_message(uint32_t intid)
{
	uint32_t lpi = intid - GIC_LPI_BASE, slot = lpi / ITS_EVENTS;

	if (slot < nr_functions) {
		vgic_inject_msi(vm.gic, 0, functions[slot],
				lpi % ITS_EVENTS);
		atomic_fetch_add(&vm.counts.passed_through, 1);
	}
}
