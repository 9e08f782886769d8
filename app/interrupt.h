// Ctrl-C: work stops at the next step, so that temporary files are removed.
#pragma once

namespace limn::app {

/// Ctrl-C, a request to end, a closed terminal. A closed pipe is none: messages go nowhere, and the work goes on.
void catch_interrupts();
bool is_interrupted();
/// True once after Ctrl-C: what never ends by itself, a camera, ends so, and its results are kept.
bool take_interrupt();
/// Error(interrupted) once Ctrl-C was pressed or the process was asked to end.
void stop_if_interrupted(const char* remedy = "nothing was written; run it again");

}  // namespace limn::app
