/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machine's PCIe host, which is the guest's: its devices interrupt by
 * messages, that its ITS hands to us as LPIs.  (pci.c)
 */
#ifndef HYP_PCI_H
#define HYP_PCI_H

#include <stdint.h>

struct host_pci;

/*
 * Look for the functions there are; never null: the run ends when the guest
 * cannot have them.
 */
const struct host_pci *pci_find(void);

/* Have their messages come here, to the boot CPU: this one. */
void pci_start(void);

/* This LPI was acknowledged, an INTID: the guest's ITS gets the message. */
void pci_message(uint32_t intid);

#endif
