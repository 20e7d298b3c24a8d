// The session as JavaScript sees it; its types are web/worker/core.d.ts. Every method returns
// { ok: true, value } or { ok: false, code, message }: nothing is thrown across the boundary, and
// what crosses it is a copy.
#include <emscripten/bind.h>
#include <emscripten/heap.h>
#include <emscripten/val.h>

#include <memory>
#include <string>

#include "bindings/result.h"
#include "core/error.h"
#include "session/session.h"

namespace tabtrain {
namespace {

using emscripten::val;

template <typename Items, typename Convert>
val ToArray(const Items& items, Convert&& convert) {
  val array = val::array();
  for (const auto& item : items) array.call<void>("push", convert(item));
  return array;
}

val OrNull(const std::optional<double>& value) { return value ? val(*value) : val::null(); }

val ToVal(const WeightsInfo& weights, size_t feature_size) {
  val value = val::object();
  value.set("name", weights.name);
  value.set("source", weights.source);
  value.set("licence", weights.licence);
  value.set("sha256", weights.source_sha256);
  value.set("dtype", weights.dtype);
  value.set("featureSize", feature_size);
  value.set("featureLayers",
            ToArray(weights.feature_layers, [](const std::string& layer) { return val(layer); }));
  return value;
}

val ToVal(const EpochLogs& logs) {
  val value = val::object();
  value.set("epoch", logs.epoch);
  value.set("loss", logs.loss);
  value.set("accuracy", logs.accuracy);
  value.set("valLoss", OrNull(logs.validation_loss));
  value.set("valAccuracy", OrNull(logs.validation_accuracy));
  return value;
}

val ToVal(const Evaluation& evaluation, const std::vector<std::string>& labels) {
  val value = val::object();
  value.set("loss", evaluation.loss);
  value.set("accuracy", evaluation.accuracy);
  value.set("confusion", ToArray(evaluation.confusion, [](const std::vector<size_t>& row) {
              return ToArray(row, [](size_t count) { return val(count); });
            }));
  value.set("classes", ToArray(labels, [](const std::string& label) { return val(label); }));
  val per_class = val::array();
  for (size_t i = 0; i < labels.size(); ++i) {
    const ClassScores& scores = evaluation.per_class[i];
    val entry = val::object();
    entry.set("label", labels[i]);
    entry.set("precision", scores.precision);
    entry.set("recall", scores.recall);
    entry.set("f1", scores.f1);
    entry.set("support", scores.support);
    per_class.call<void>("push", entry);
  }
  value.set("perClass", per_class);
  return value;
}

FitOptions ToFitOptions(const val& options) {
  return {.epochs = options["epochs"].as<int>(),
          .batch_size = options["batchSize"].as<int>(),
          .learning_rate = options["learningRate"].as<float>(),
          .validation_split = options["validationSplit"].as<float>(),
          .seed = static_cast<uint64_t>(options["seed"].as<double>()),
          .units = emscripten::convertJSArrayToNumberVector<int>(options["head"]["units"])};
}

class SessionBinding {
 public:
  explicit SessionBinding(int threads) : session_(MakeSession(static_cast<size_t>(threads))) {}

  val WeightsBegin() {
    return Call([&] {
      session_->BeginWeights();
      return val::null();
    });
  }
  val WeightsPush(const val& chunk) {
    return Call([&] {
      session_->PushWeights(ToBytes(chunk));
      return val::null();
    });
  }
  val WeightsFinish() {
    return Call([&] {
      session_->FinishWeights();
      return ToVal(session_->backbone().weights(), session_->backbone().feature_size());
    });
  }

  val LoadImage(const val& pixels) {
    return Call([&] {
      session_->LoadImage(ToBytes(pixels));
      return val::null();
    });
  }
  val Features() {
    return Call([&] { return ToTypedArray<float>("Float32Array", session_->Features()); });
  }
  val Predict() {
    return Call([&] {
      return ToArray(session_->Predict(), [](const Prediction& prediction) {
        val value = val::object();
        value.set("label", prediction.label);
        value.set("probability", prediction.probability);
        return value;
      });
    });
  }

  val AddSample(const std::string& label) {
    return Call([&] { return val(session_->AddSample(label)); });
  }
  val RemoveSample(uint32_t id) {
    return Call([&] {
      session_->RemoveSample(id);
      return val::null();
    });
  }
  val RenameClass(const std::string& from, const std::string& to) {
    return Call([&] {
      session_->RenameClass(from, to);
      return val::null();
    });
  }
  val RemoveClass(const std::string& label) {
    return Call([&] {
      session_->RemoveClass(label);
      return val::null();
    });
  }
  val Classes() {
    return Call([&] {
      return ToArray(session_->Classes(), [](const ClassInfo& info) {
        val value = val::object();
        value.set("label", info.label);
        value.set("count", info.count);
        return value;
      });
    });
  }

  val FitBegin(const val& options) {
    return Call([&] {
      const Fit& fit = session_->BeginFit(ToFitOptions(options));
      val plan = val::object();
      plan.set("trainSamples", fit.training().size());
      plan.set("validationSamples", fit.validation().size());
      plan.set("stepsPerEpoch", fit.steps_per_epoch());
      return plan;
    });
  }
  val FitStep() {
    return Call([&] {
      const std::optional<EpochLogs> logs = session_->StepFit();
      val value = val::object();
      value.set("step", session_->fit().step());
      value.set("epochEnd", logs ? ToVal(*logs) : val::null());
      value.set("done", session_->fit().done());
      return value;
    });
  }
  val FitEnd() {
    return Call([&] {
      session_->EndFit();
      return val::null();
    });
  }

  val Evaluate() {
    return Call([&] { return ToVal(session_->Evaluate(), session_->model_labels()); });
  }
  val EvaluateBegin() {
    return Call([&] {
      session_->BeginEvaluation();
      return val::null();
    });
  }
  val EvaluateAdd(const std::string& label) {
    return Call([&] {
      session_->AddToEvaluation(label);
      return val::null();
    });
  }
  val EvaluateFinish() {
    return Call([&] { return ToVal(session_->FinishEvaluation(), session_->model_labels()); });
  }

  val Info() {
    return Call([&] {
      val info = val::object();
#ifdef __wasm_relaxed_simd__
      info.set("simd", "relaxed");
#else
      info.set("simd", "simd");
#endif
      info.set("threads", session_->threads());
      info.set("memoryBytes", emscripten_get_heap_size());
      return info;
    });
  }

 private:
  // A device that refuses the threads still gets its session; info() tells how many run.
  static std::unique_ptr<Session> MakeSession(size_t threads) {
    try {
      return std::make_unique<Session>(threads);
    } catch (const Error&) {
      return std::make_unique<Session>(1);
    }
  }

  std::unique_ptr<Session> session_;
};

}  // namespace

EMSCRIPTEN_BINDINGS(tabtrain) {
  emscripten::class_<SessionBinding>("Session")
      .constructor<int>()
      .function("weightsBegin", &SessionBinding::WeightsBegin)
      .function("weightsPush", &SessionBinding::WeightsPush)
      .function("weightsFinish", &SessionBinding::WeightsFinish)
      .function("loadImage", &SessionBinding::LoadImage)
      .function("features", &SessionBinding::Features)
      .function("predict", &SessionBinding::Predict)
      .function("addSample", &SessionBinding::AddSample)
      .function("removeSample", &SessionBinding::RemoveSample)
      .function("renameClass", &SessionBinding::RenameClass)
      .function("removeClass", &SessionBinding::RemoveClass)
      .function("classes", &SessionBinding::Classes)
      .function("fitBegin", &SessionBinding::FitBegin)
      .function("fitStep", &SessionBinding::FitStep)
      .function("fitEnd", &SessionBinding::FitEnd)
      .function("evaluate", &SessionBinding::Evaluate)
      .function("evaluateBegin", &SessionBinding::EvaluateBegin)
      .function("evaluateAdd", &SessionBinding::EvaluateAdd)
      .function("evaluateFinish", &SessionBinding::EvaluateFinish)
      .function("info", &SessionBinding::Info);
}

}  // namespace tabtrain
