/* The config file: statements that every session at a terminal begins with. */
#ifndef NABLA_REPL_CONFIG_H
#define NABLA_REPL_CONFIG_H

#include "nabla.h"

/* Runs $XDG_CONFIG_HOME/nabla/config.ad, or ~/.config/nabla/config.ad, where there is
 * one. One that has mistakes is reported and moved aside. Scripts never run it: they do
 * the same on every machine. */
void config_run(nabla *n);

#endif
