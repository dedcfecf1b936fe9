// One linear program over hidden cells, solved again and again for other objectives. Clp behind a small type.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "tabular/system.hpp"

namespace fvm::tabular {

// Each row is an equation; each column lies between its bounds.
class Program {
 public:
  struct Factor {
    uint32_t column = 0;
    double value = 0;
  };
  struct Row {
    std::vector<Factor> terms;
    double sum = 0;
  };
  struct Bounds {
    double least = 0, most = 0;  // infinity: none
  };
  Program(const std::vector<Bounds>& columns, const std::vector<Row>& rows);

  enum class Outcome { optimal, unbounded, impossible };
  // Maximises the sum of coefficient · column.
  Outcome maximise(std::span<const Term> objective);
  double value(size_t column) const;
  double dual(size_t row) const;  // of the last maximise()

 private:
  struct Delete {
    void operator()(void* model) const;
  };
  std::unique_ptr<void, Delete> model_;
  std::vector<double> objective_;
};

}  // namespace fvm::tabular
